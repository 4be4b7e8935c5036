# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's servers: real ones, as they are installed from Debian, with configurations of their own. All stand outside but
the camera's own page, which stands among the things."""
import hashlib
import pathlib
import shutil
import subprocess

from network import run

NAMES = ["updates.vendor.example", "cloud.vendor.example", "mail.vendor.example", "tracker.example", "time.vendor.example"]
NEEDED = ["nginx", "dnsmasq", "mosquitto", "openssl", "ssh-keygen", "sshd", "curl", "dig", "ssh", "mosquitto_pub", "swaks"]
PYTHON = "/usr/bin/python3"  # Debian's, which Debian's modules are for
OUTSIDE_PORTS = (80, 443, 1883, 22, 2222, 25)


def missing_programs():
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if subprocess.run([PYTHON, "-c", "import aiosmtpd"], capture_output=True).returncode != 0:
        missing.append("python3-aiosmtpd")
    return missing


def start(lab, download_bytes):
    """Starts them all, waits until they answer, and returns the SHA-256 of what updates.vendor.example/firmware.bin is."""
    _make_certificate(lab)
    firmware = hashlib.sha256(b"gatehouse lab").digest() * (download_bytes // 32)
    _nginx(lab, lab.outside, "outside", firmware)
    _nginx(lab, lab.things, "camera")
    _dnsmasq(lab)
    (lab.state / "mosquitto.conf").write_text("listener 1883\nallow_anonymous true\nuser root\npersistence false\n")
    lab.spawn(lab.outside, "mosquitto", "-c", lab.state / "mosquitto.conf")
    _sshd(lab)
    lab.spawn(lab.outside, PYTHON, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", "0.0.0.0:25",
              "--tlscert", lab.state / "cert.pem", "--tlskey", lab.state / "key.pem", "--no-requiretls", log="smtp.log")
    for port in OUTSIDE_PORTS:
        lab.wait_port(lab.outside, lab.server_ip, port)
    lab.wait_port(lab.things, lab.thing_ip, 80)
    return hashlib.sha256(firmware).hexdigest()


def _make_certificate(lab):
    names = ",".join(f"DNS:{n}" for n in NAMES)
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
        "-subj", "/O=Lab/CN=vendor.example", "-addext", f"subjectAltName={names}", "-keyout", lab.state / "key.pem",
        "-out", lab.state / "cert.pem")
    (lab.state / "key.pem").chmod(0o600)


def _nginx(lab, ns, name, firmware=None):
    root = lab.state / name
    root.mkdir(exist_ok=True)
    (root / "index.html").write_text(f"<h1>{name}</h1>\n")
    if firmware is not None:
        (root / "firmware.bin").write_bytes(firmware)
    (lab.state / f"nginx-{name}.conf").write_text(f"""
daemon off; user root; worker_processes 1; pid {lab.state}/nginx-{name}.pid; error_log {lab.state}/nginx-{name}.log;
events {{ worker_connections 128; }}
http {{
  access_log off; default_type text/html; gzip on; client_body_temp_path {root}/tmp; proxy_temp_path {root}/tmp;
  fastcgi_temp_path {root}/tmp; uwsgi_temp_path {root}/tmp; scgi_temp_path {root}/tmp;
  server {{
    listen 80; listen [::]:80; listen 443 ssl; listen [::]:443 ssl; root {root};
    ssl_certificate {lab.state}/cert.pem; ssl_certificate_key {lab.state}/key.pem;
    location /slow/ {{ alias {root}/; limit_rate 2m; }}
  }}
}}
""")
    lab.spawn(ns, "nginx", "-c", lab.state / f"nginx-{name}.conf", log=f"nginx-{name}.log")


def _dnsmasq(lab):
    names = [f"--host-record={n},{lab.server_ip},{lab.server_ip6}" for n in NAMES]
    lab.spawn(lab.outside, "dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--user=root",
              f"--pid-file={lab.state}/dnsmasq.pid", "--cache-size=0", *names, "--txt-record=vendor.example,v=lab",
              "--mx-host=vendor.example,mail.vendor.example,10")


def _sshd(lab):
    for name in ("host", "user"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", lab.state / f"{name}_key")
    (lab.state / "authorized_keys").write_bytes((lab.state / "user_key.pub").read_bytes())
    (lab.state / "sshd_config").write_text(
        f"HostKey {lab.state}/host_key\nPidFile {lab.state}/sshd.pid\nAuthorizedKeysFile {lab.state}/authorized_keys\n"
        "PermitRootLogin prohibit-password\nStrictModes no\nUsePAM no\nPort 22\nPort 2222\n")
    pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    lab.spawn(lab.outside, shutil.which("sshd"), "-D", "-e", "-f", lab.state / "sshd_config")
