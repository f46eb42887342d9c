// SPDX-License-Identifier: Apache-2.0
#include "formats/pskc_xml.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(PskcXml, ElementsAreFoundByAnyOfTheirNamesAndUnderAnyPrefix) {
  XmlDocument document;
  ASSERT_TRUE(document
                  .load(bytes_of("<a:Root><b:Device/><!-- c --><Key KeyId='1'> x </Key>"
                                 "<Key Id='2'/></a:Root>"),
                        8)
                  .has_value());
  const pugi::xml_node root = document.root();
  EXPECT_EQ(local_name(root), "Root");
  EXPECT_EQ(local_name(child(root, {"KeyPackage", "Device"})), "Device");
  EXPECT_EQ(children(root, {"Key"}).size(), 2U);
  EXPECT_EQ(attribute(children(root, {"Key"})[0], {"Id", "KeyId"}), "1");
  EXPECT_EQ(attribute(children(root, {"Key"})[0], {"SecretId"}), "");
  EXPECT_EQ(text_of(child(root, {"Key"})), "x");
  EXPECT_FALSE(child(child(root, {"None"}), {"Key"}));
}

TEST(PskcXml, ADocumentIsNoDeeperThanItsLimitAndHasNoDoctype) {
  XmlDocument deep;
  EXPECT_TRUE(deep.load(bytes_of("<a><b><c/></b></a>"), 3).has_value());
  XmlDocument too_deep;
  EXPECT_FALSE(too_deep.load(bytes_of("<a><b><c>d</c></b></a>"), 2).has_value());
  XmlDocument doctype;
  EXPECT_FALSE(doctype.load(bytes_of("<!DOCTYPE a><a/>"), 3).has_value());
  XmlDocument torn;
  EXPECT_FALSE(torn.load(bytes_of("<a>"), 3).has_value());
}

TEST(PskcXml, DamageIsNamedByItsLine) {
  const auto told = [](std::string_view text) {
    XmlDocument document;
    const auto done = document.load(bytes_of(text), 2);
    return done ? "" : done.error().context;
  };
  EXPECT_EQ(told("<a>\n<b>\n</c></a>").substr(0, 15), "line 3: no XML:");
  EXPECT_EQ(told("<a").substr(0, 15), "line 1: no XML:");
  EXPECT_EQ(told("\n<!DOCTYPE a>\n<a/>"), "line 2: a DOCTYPE is not allowed");
  EXPECT_EQ(told("<a>\n<b>\n<c>\n<d/></c></b></a>"), "line 4: nested too deeply");
}

TEST(PskcXml, AnAlgorithmIsNamedBehindTheLastSeparatorOfItsUri) {
  EXPECT_EQ(algorithm_name("http://www.w3.org/2001/04/xmlenc#AES128-cbc"), "aes128-cbc");
  EXPECT_EQ(algorithm_name("urn:ietf:params:xml:ns:keyprov:pskc:hotp"), "hotp");
  EXPECT_EQ(algorithm_name(" HOTP\n"), "hotp");
  EXPECT_EQ(algorithm_name(""), "");
}

TEST(PskcXml, TheSendersWordsAreShownAsVisibleAsciiOfBoundedLength) {
  EXPECT_EQ(shown("a\x01\xC3\xA4z"), "a???z");
  EXPECT_EQ(shown(std::string(100, 'x')), std::string(64, 'x'));
}

}  // namespace
}  // namespace lockstep
