// Large blocks of memory on huge pages, for the whole of dateline-index. The inverter goes to and fro in arrays of a
// hundred megabytes: with pages of 4 KB a fifth of the time goes into finding and filling them.
#include <sys/mman.h>

#include <cstdlib>
#include <new>

// Sanitizers have a memory of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

void* operator new(std::size_t size) {
  constexpr std::size_t kHugePage = std::size_t{2} << 20;
  void* block = nullptr;
  if (size < kHugePage / 2) {
    block = std::malloc(size == 0 ? 1 : size);
  } else {
    const std::size_t whole = (size + kHugePage - 1) / kHugePage * kHugePage;
    block = whole < size ? nullptr : std::aligned_alloc(kHugePage, whole);
    if (block != nullptr) ::madvise(block, whole, MADV_HUGEPAGE);  // where there are none, it goes on without
  }
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void operator delete(void* block) noexcept {
  std::free(block);
}

void operator delete(void* block, std::size_t /*size*/) noexcept {
  std::free(block);
}

#endif
