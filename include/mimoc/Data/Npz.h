// NumPy's .npz archives: a zip file whose members are .npy files, stored or deflated.
#pragma once

#include "mimoc/Data/Array.h"

#include <utility>

namespace mimoc {

/// What all compressed members of one archive that are read may come to together, so that a small file cannot fill the
/// memory. Members that are stored (np.savez) are bounded by the file's own size.
inline constexpr uint64_t kMaxInflatedBytes = uint64_t(16) << 30;

class NpzReader {
public:
  static llvm::Expected<NpzReader> open(llvm::StringRef path);
  NpzReader(NpzReader &&) noexcept;
  ~NpzReader();

  /// Names without `.npy`, in the archive's order.
  const std::vector<std::string> &names() const;
  /// Reads one member; the checksum of the archive is verified. The refusal names the member and not the file.
  llvm::Expected<Array> read(llvm::StringRef name);

private:
  struct Impl;
  explicit NpzReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

/// An archive as np.savez writes it; the same arrays give the same bytes on any day.
llvm::Expected<std::string> npzBytes(llvm::ArrayRef<std::pair<std::string, Array>> members);

} // namespace mimoc
