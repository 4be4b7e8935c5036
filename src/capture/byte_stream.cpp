// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/byte_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <vector>
#include <zlib.h>
#include <zstd.h>

#include "os/fd.hpp"

namespace gatehouse::capture {
namespace {

constexpr std::size_t kInput = 128 * 1024;
constexpr std::size_t kMagic = 4;

// Bytes as they stand in the file. What was looked at for the magic comes first.
class Plain final : public ByteStream {
 public:
  Plain(os::Fd fd) noexcept : fd_(std::move(fd)) {}

  std::span<const char> peek() noexcept {
    peeked_ = fill(head_);
    return {head_.data(), peeked_};
  }

  std::size_t read(std::span<char> out) noexcept override {
    std::size_t done = 0;
    if (given_ < peeked_) {
      done = std::min(out.size(), peeked_ - given_);
      std::memcpy(out.data(), head_.data() + given_, done);
      given_ += done;
    }
    return done + fill(out.subspan(done));
  }
  std::string_view error() const noexcept override { return error_; }

 private:
  std::size_t fill(std::span<char> out) noexcept {
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t n = ::read(fd_.get(), out.data() + done, out.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) error_ = ::strerror(errno);
      if (n <= 0) break;
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

  os::Fd fd_;
  std::array<char, kMagic> head_{};
  std::size_t peeked_ = 0, given_ = 0;
  std::string_view error_;
};

class Gzip final : public ByteStream {
 public:
  explicit Gzip(std::unique_ptr<ByteStream> from) : from_(std::move(from)), input_(kInput) {
    ready_ = ::inflateInit2(&z_, 15 + 16) == Z_OK;  // 16: with gzip's header
    if (!ready_) error_ = "no memory for gzip";
  }
  ~Gzip() override {
    if (ready_) ::inflateEnd(&z_);
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  std::size_t read(std::span<char> out) noexcept override {
    if (!ready_ || over_) return 0;
    z_.next_out = reinterpret_cast<Bytef*>(out.data());
    z_.avail_out = static_cast<uInt>(out.size());
    while (z_.avail_out > 0 && !over_) {
      if (z_.avail_in == 0 && !refill()) break;
      const int status = ::inflate(&z_, Z_NO_FLUSH);
      if (status == Z_STREAM_END)
        next_member();
      else if (status != Z_OK && status != Z_BUF_ERROR)
        fail("the gzip data is damaged");
    }
    return out.size() - z_.avail_out;
  }
  std::string_view error() const noexcept override { return error_; }

 private:
  bool refill() noexcept {
    z_.next_in = reinterpret_cast<Bytef*>(input_.data());
    z_.avail_in = static_cast<uInt>(from_->read(input_));
    if (z_.avail_in > 0) return true;
    if (!from_->error().empty())
      fail(from_->error());
    else if (within_)
      fail("the gzip data ends in the middle");
    over_ = true;
    return false;
  }
  // RFC 1952, 2.2: "A gzip file consists of a series of "members" (compressed data sets)." The rest may be padding.
  void next_member() noexcept {
    within_ = false;
    if (z_.avail_in == 0 && !refill()) return;
    if (*z_.next_in != 0x1f) {
      over_ = true;
      return;
    }
    ::inflateReset(&z_);
    within_ = true;
  }
  void fail(std::string_view why) noexcept {
    error_ = why;
    over_ = true;
  }

  std::unique_ptr<ByteStream> from_;
  std::vector<char> input_;
  z_stream z_{};
  bool ready_ = false, over_ = false, within_ = true;
  std::string_view error_;
};

class Zstd final : public ByteStream {
 public:
  explicit Zstd(std::unique_ptr<ByteStream> from)
      : from_(std::move(from)), input_(kInput), context_(::ZSTD_createDCtx()) {
    if (context_ == nullptr)
      error_ = "no memory for zstd";
    else
      ::ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxZstdWindowLog);
  }

  std::size_t read(std::span<char> out) noexcept override {
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    while (to.pos < to.size && error_.empty()) {
      if (in_.pos == in_.size && !refill()) break;
      const std::size_t status = ::ZSTD_decompressStream(context_.get(), &to, &in_);
      if (::ZSTD_isError(status))
        error_ = ::ZSTD_getErrorName(status);
      else
        within_ = status != 0;
    }
    return to.pos;
  }
  std::string_view error() const noexcept override { return error_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const noexcept { ::ZSTD_freeDCtx(context); }
  };
  bool refill() noexcept {
    if (over_) return false;
    in_ = {input_.data(), from_->read(input_), 0};
    if (in_.size > 0) return true;
    over_ = true;
    if (!from_->error().empty())
      error_ = from_->error();
    else if (within_)
      error_ = "the zstd data ends in the middle";
    return false;
  }

  std::unique_ptr<ByteStream> from_;
  std::vector<char> input_;
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  ZSTD_inBuffer in_{};
  bool over_ = false, within_ = true;
  std::string_view error_;
};

Result<os::Fd> open_descriptor(const std::string& path) {
  os::Fd fd{path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd.valid()) {
    if (errno == ENOENT) return failure("file " + path + " does not exist", ErrorCode::not_found);
    if (errno == EACCES) return failure("file " + path + " may not be read", ErrorCode::not_permitted);
    return system_failure("opening " + path);
  }
  struct stat status{};
  if (::fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode)) return failure(path + " is a folder, not a file");
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return fd;
}

}  // namespace

Result<std::unique_ptr<ByteStream>> ByteStream::open(const std::string& path) {
  auto fd = open_descriptor(path);
  if (!fd) return std::unexpected(std::move(fd).error());
  auto plain = std::make_unique<Plain>(std::move(*fd));
  const std::span<const char> head = plain->peek();
  const std::string_view magic{head.data(), head.size()};
  if (magic.starts_with("\x1f\x8b")) return std::make_unique<Gzip>(std::move(plain));
  if (magic == "\x28\xb5\x2f\xfd") return std::make_unique<Zstd>(std::move(plain));
  return plain;
}

}  // namespace gatehouse::capture
