// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc_xml.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/blanks.h"

namespace lockstep {
namespace {

using pugi::xml_node;

std::unexpected<Error> refuse(std::string what) {
  return fail(Errc::invalid_input, std::move(what));
}

/// The line of `content` that holds the byte at `offset`, counted from 1.
std::ptrdiff_t line_of(ByteView content, std::ptrdiff_t offset) {
  const auto end = std::clamp<std::ptrdiff_t>(offset, 0, std::ssize(content));
  return 1 + std::count(content.begin(), content.begin() + end, std::uint8_t{'\n'});
}

/// `content`: what the document was read from.
Result<void> check_shape(const pugi::xml_document& document, ByteView content,
                         std::size_t depth_max) {
  const auto refuse_at = [&](const xml_node& node, std::string_view what) {
    return refuse(fmt::format("line {}: {}", line_of(content, node.offset_debug()), what));
  };
  std::size_t depth = 0;
  // Walked by hand and not by recursion: the depth is the sender's choice.
  xml_node node = document.first_child();
  while (node) {
    if (node.type() == pugi::node_doctype) return refuse_at(node, "a DOCTYPE is not allowed");
    if (node.first_child()) {
      node = node.first_child();
      if (++depth > depth_max) return refuse_at(node, "nested too deeply");
      continue;
    }
    while (node && !node.next_sibling()) {
      node = node.parent();
      if (depth > 0) --depth;
    }
    node = node.next_sibling();
  }
  return {};
}

}  // namespace

std::string_view local_name(const xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is_named(const xml_node& node, XmlNames names) {
  return node.type() == pugi::node_element &&
         std::ranges::find(names, local_name(node)) != names.end();
}

xml_node child(const xml_node& parent, XmlNames names) {
  for (const xml_node& node : parent.children()) {
    if (is_named(node, names)) return node;
  }
  return {};
}

std::vector<xml_node> children(const xml_node& parent, XmlNames names) {
  std::vector<xml_node> found;
  for (const xml_node& node : parent.children()) {
    if (is_named(node, names)) found.push_back(node);
  }
  return found;
}

std::string_view attribute(const xml_node& node, XmlNames names) {
  for (const std::string_view name : names) {
    for (const pugi::xml_attribute& one : node.attributes()) {
      if (one.name() == name) return one.value();
    }
  }
  return {};
}

std::string_view text_of(const xml_node& node) { return without_blanks(node.child_value()); }

std::string shown(std::string_view text) {
  constexpr std::size_t kShownMax = 64;
  std::string out(text.substr(0, kShownMax));
  std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

std::string algorithm_name(std::string_view uri) {
  const std::size_t part = uri.find_last_of("#:/");
  if (part != std::string_view::npos) uri.remove_prefix(part + 1);
  std::string name(without_blanks(uri));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return name;
}

Result<void> XmlDocument::load(ByteView content, std::size_t depth_max) {
  LOCKSTEP_ASSERT(content_.empty());
  content_.assign(content.begin(), content.end());
  // In place, so that no copy of the seeds stays behind. Without parse_doctype a DOCTYPE would be
  // skipped silently; it is looked at to be refused.
  const pugi::xml_parse_result parsed = document_.load_buffer_inplace(
      content_.data(), content_.size(),
      pugi::parse_default | pugi::parse_doctype | pugi::parse_ws_pcdata_single);
  if (!parsed) {
    return refuse(
        fmt::format("line {}: no XML: {}", line_of(content, parsed.offset), parsed.description()));
  }
  return check_shape(document_, content, depth_max);
}

}  // namespace lockstep
