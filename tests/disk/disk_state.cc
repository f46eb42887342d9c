// SPDX-License-Identifier: Apache-2.0
#include "disk_state.h"

#include <algorithm>

#include "base/assert.h"

namespace lockstep {
namespace {

/// `op`'s bytes as they fall into sectors: each piece reaches the disk by itself.
std::size_t sectors_of(const DiskOp& op) {
  if (op.kind != DiskOp::Kind::write || op.data.empty()) return 1;
  const std::uint64_t first = op.place / DiskState::kSectorBytes;
  const std::uint64_t last = (op.place + op.data.size() - 1) / DiskState::kSectorBytes;
  return static_cast<std::size_t>(last - first + 1);
}

void redo(Content& content, const DiskOp& op) {
  if (op.kind == DiskOp::Kind::truncate) {
    content.resize(op.place);
  } else {
    content.write(op.place, op.data);
  }
}

}  // namespace

/// Which of so many pieces are kept. Disks lose things in more than one way, and a log that stands
/// one of them may fall for another: a fair coin, a rare loss, a single loss, a lost tail.
class DiskState::Choice {
 public:
  Choice(std::size_t pieces, SeededRandom& random)
      : random_(random),
        way_(random.below(4)),
        place_(random.below(pieces + 1)),
        of_eight_(1 + random.below(7)) {}

  bool keeps_next() {
    const std::size_t index = next_++;
    switch (way_) {
      case 0:
        return random_.below(2) == 0;
      case 1:
        return random_.below(8) < of_eight_;
      case 2:
        return index != place_;
      default:
        return index < place_;
    }
  }

 private:
  SeededRandom& random_;
  std::uint64_t way_;
  std::size_t place_;
  std::uint64_t of_eight_;
  std::size_t next_ = 0;
};

DiskState::DiskState(const DiskImage& image) {
  for (const auto& [name, content] : image) {
    names_.emplace(name, static_cast<std::uint32_t>(files_.size()));
    files_.push_back(File{content, content, {}});
  }
  durable_names_ = names_;
}

void DiskState::change_names(std::map<std::string, std::uint32_t>& names, const DiskOp& op) {
  const std::string name(op.data.begin(), op.data.end());
  if (op.kind == DiskOp::Kind::create) {
    names[name] = op.file;
  } else {
    names.erase(name);
  }
}

void DiskState::apply(const DiskOp& op) {
  using Kind = DiskOp::Kind;
  switch (op.kind) {
    case Kind::mark:
      return;
    case Kind::sync_names:
      if (!pending_names_.empty()) ++durable_changes_;
      durable_names_ = names_;
      pending_names_.clear();
      return;
    case Kind::create:
      LOCKSTEP_ASSERT(op.file == files_.size());
      files_.emplace_back();
      [[fallthrough]];
    case Kind::remove:
      change_names(names_, op);
      pending_names_.push_back(&op);
      return;
    case Kind::write:
    case Kind::truncate:
      redo(files_[op.file].seen, op);
      files_[op.file].pending.push_back(&op);
      return;
    case Kind::sync:
      ++durable_changes_;
      for (const DiskOp* done : files_[op.file].pending) redo(files_[op.file].durable, *done);
      [[fallthrough]];
    case Kind::lost_sync:
      files_[op.file].pending.clear();
      return;
  }
}

bool DiskState::is_synced() const {
  return pending_names_.empty() &&
         std::ranges::all_of(files_, [](const File& file) { return file.pending.empty(); });
}

std::size_t DiskState::pieces(Cut cut) const {
  std::size_t count = 0;
  for (const File& file : files_) {
    for (const DiskOp* op : file.pending) count += cut == Cut::torn ? sectors_of(*op) : 1;
  }
  return count;
}

Content DiskState::kept(const File& file, Cut cut, Choice& choice) {
  Content content = file.durable;
  for (const DiskOp* op : file.pending) {
    if (cut == Cut::all) {
      redo(content, *op);
    } else if (cut == Cut::some || op->kind == DiskOp::Kind::truncate) {
      if (choice.keeps_next()) redo(content, *op);
    } else {
      // Sector by sector; the first and the last are not written from edge to edge.
      for (std::size_t done = 0; done < op->data.size();) {
        const std::size_t room = kSectorBytes - (op->place + done) % kSectorBytes;
        const std::size_t count = std::min(room, op->data.size() - done);
        if (choice.keeps_next()) {
          content.write(op->place + done, ByteView(op->data).subspan(done, count));
        }
        done += count;
      }
    }
  }
  return content;
}

DiskImage DiskState::after(Cut cut, SeededRandom& random) const {
  std::map<std::string, std::uint32_t> names = durable_names_;
  std::size_t names_kept = 0;
  if (cut == Cut::all || cut == Cut::process) names_kept = pending_names_.size();
  if (cut == Cut::some || cut == Cut::torn) names_kept = random.below(pending_names_.size() + 1);
  for (std::size_t i = 0; i < names_kept; ++i) change_names(names, *pending_names_[i]);

  Choice choice(pieces(cut), random);
  DiskImage image;
  for (const auto& [name, number] : names) {
    const File& file = files_[number];
    if (cut == Cut::none) {
      image.emplace(name, file.durable);
    } else if (cut == Cut::process) {
      image.emplace(name, file.seen);
    } else {
      image.emplace(name, kept(file, cut, choice));
    }
  }
  return image;
}

}  // namespace lockstep
