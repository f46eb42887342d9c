// SPDX-License-Identifier: Apache-2.0
// The XML of a key container, for the readers of PSKC only: elements by local name, under any of
// the names that the RFC and its drafts gave them.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "base/result.h"
#include "base/secret.h"

namespace lockstep {

using XmlNames = std::initializer_list<std::string_view>;

/// "pskc:Key" and "Key" are the same to us: makers write the same file with any prefix or none.
[[nodiscard]] std::string_view local_name(const pugi::xml_node& node);

/// Whether the element has one of `names`.
[[nodiscard]] bool is_named(const pugi::xml_node& node, XmlNames names);

/// The first child element with one of `names`, or an empty node; that of an empty node is empty.
[[nodiscard]] pugi::xml_node child(const pugi::xml_node& parent, XmlNames names);

/// All of them, in their order.
[[nodiscard]] std::vector<pugi::xml_node> children(const pugi::xml_node& parent, XmlNames names);

/// The first attribute with one of `names`, or an empty text.
[[nodiscard]] std::string_view attribute(const pugi::xml_node& node, XmlNames names);

/// The element's text without blanks around it.
[[nodiscard]] std::string_view text_of(const pugi::xml_node& node);

/// The sender's words for a report: visible ASCII, at most 64 characters.
[[nodiscard]] std::string shown(std::string_view text);

/// The part of an algorithm's URI that says which: behind the last '#', ':' or '/', lower case.
[[nodiscard]] std::string algorithm_name(std::string_view uri);

/// A document together with the buffer it points into. The buffer is wiped, and with it all seeds.
class XmlDocument {
 public:
  XmlDocument() = default;
  XmlDocument(const XmlDocument&) = delete;
  XmlDocument& operator=(const XmlDocument&) = delete;
  ~XmlDocument() { wipe(content_); }

  /// Reads `content`; once for each document.
  /// Errors: invalid_input, naming the line, when it is not well-formed, has a DOCTYPE or is nested
  /// deeper than `depth_max`.
  [[nodiscard]] Result<void> load(ByteView content, std::size_t depth_max);

  [[nodiscard]] pugi::xml_node root() const { return document_.document_element(); }

 private:
  Bytes content_;
  pugi::xml_document document_;
};

}  // namespace lockstep
