// SPDX-License-Identifier: Apache-2.0
// Known answers: RFC 2865 section 7, RFC 5997 section 6, and packets that FreeRADIUS 3.2's
// radclient sent.
#include "front/radius/packet.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "base/hex.h"

namespace lockstep {
namespace {

const std::string kRfcSecret = "xyzzy5461";
const std::string kSecret = "testing123 secret";

// RFC 2865 section 7.1: nemo, whose password is "arctangent", by telnet.
constexpr const char* kTelnetRequest =
    "010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0"
    "a80110050600000003";
constexpr const char* kTelnetAccept =
    "0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103";
// RFC 2865 section 7.2: flopsy, by CHAP.
constexpr const char* kChapRequest =
    "010100472aee86f08d0d55969ca5978e0d3367a20108666c6f707379031316e97557c316185895f293ff6344077275"
    "0406c0a80110050600000014060600000002070600000001";
// RFC 2865 section 7.3: mopsy, with a challenge-response card.
constexpr const char* kCardRequest =
    "01020039f3a47a1f6a6d76710b947ab93041a03901076d6f7073790212336575737782"
    "89b570885e15084825c50406c0a80110050600000007";
constexpr const char* kCardChallenge =
    "0b02004e36f3c8764ae8c71157403c0c71ff9c4512304368616c6c656e67652033323736393433302e2020456e7465"
    "7220726573706f6e73652061742070726f6d70742e180a3332373639343330";
// RFC 5997 section 6.1: Status-Server, and its answer.
constexpr const char* kStatusRequest =
    "0cda00268a54f4686fb394c52866e302185d062350125a665e2e1e8411f3e243822097c84fa3";
constexpr const char* kStatusAccept = "02da0014ef0d552a4bf2d693ec2b6fe8b5411d66";
// RFC 5997 section 6.2: the same to the accounting port.
constexpr const char* kStatusAccounting =
    "0cb30026925f6b66dd5fed571fcb1db7ad3882605012e8d6eabda910875cd91fdade26367858";

// radclient -t 1 HOST auth, with Message-Authenticator = 0x00.
constexpr const char* kPapRequest =
    "0116004971b2f035442503bc973810a31dded46b0106616e6e61021246e779657dbcec60db8f733409d655371f0b31"
    "39322e302e322e37501271c4b2e5763d71948c3d388e2f47ffcc";
constexpr const char* kLongPapRequest =
    "010f006b0e91559138566f664b83e2debabcb9b10106616e6e610232a4b6b93c25c6205fff5d34e3d28c10b5c51195"
    "14d7be10a1c6eee93d5afa383db37df87db0ec5395dfc6b9854ba5662a2006676174652104010221030350"
    "12ebcb3603625757d2eafd6ea5a34a9abe";
constexpr const char* kChapSigned =
    "0137003ffe1cb87fb62bd79ee0964665550061be0106616e6e610313316de7e022ba2f20c08f60d19b61e704415012"
    "858c1cca3bc9c530214a21f217b62b38";
constexpr const char* kMsChapSigned =
    "01b40076ddfae5afa42f98e63b2b0c8088ebbfc10106616e6e61501292050b63a039af28212d36dcd5fa9c951a1000"
    "0001370b0af364a428ac786d091a3a0000013701340001000000000000000000000000000000000000000000000000"
    "bb0b937b778ad215f7f639eb4e8b35cbcf2d8a081b93b18d";
constexpr const char* kEapSigned =
    "012e00376729cde6c79bb377747439d5860167af0106616e6e614f0b0200000901616e6e61501226ef982c0588b1ac"
    "cc796bb3a9e31bcf";
constexpr const char* kAccounting =
    "04a10024a8595b80af94417334a70da16d0b66480106616e6e612806000000012c047331";
constexpr const char* kAccountingSigned =
    "049b0036128c3359de01e8e2277f8bfca5b91d8a0106616e6e612806000000022c0473315012b4c50a08b314d1bdd6"
    "8dd2d591a43cf1";
constexpr const char* kStatusRadclient =
    "0c2b00262d4e388da1ad30166192c17c4d1f81175012e93bad95b19f52132e50780462187065";

Bytes hex(const char* text) { return parse_hex(text).value(); }
RadiusPacket parsed(const char* text) { return RadiusPacket::parse(hex(text)).value(); }
Secret secret(const std::string& text) { return Secret::copy_of(text); }
std::string typed(const RadiusPacket& packet, const std::string& shared) {
  return typed_password(packet, secret(shared)).value();
}

// ---- What the RFCs show

TEST(RadiusPacket, ReadsTheTelnetExample) {
  const RadiusPacket packet = parsed(kTelnetRequest);
  EXPECT_EQ(packet.code(), RadiusCode::access_request);
  EXPECT_EQ(packet.id(), 0);
  EXPECT_EQ(packet.text(RadiusType::user_name), "nemo");
  EXPECT_EQ(packet.attributes().size(), 4U);
  EXPECT_EQ(typed(packet, kRfcSecret), "arctangent");
  EXPECT_EQ(check_request(packet, secret(kRfcSecret)), RadiusProof::missing);
}

TEST(RadiusPacket, ReadsTheChallengeExample) {
  const RadiusPacket request = parsed(kCardRequest);
  EXPECT_EQ(typed(request, kRfcSecret), "challenge");
  const RadiusPacket challenge = parsed(kCardChallenge);
  EXPECT_EQ(challenge.code(), RadiusCode::access_challenge);
  EXPECT_EQ(challenge.text(RadiusType::state), "32769430");
  EXPECT_EQ(challenge.text(RadiusType::reply_message),
            "Challenge 32769430.  Enter response at prompt.");
}

TEST(RadiusPacket, ChecksTheRepliesOfTheExamples) {
  // Signed by the digest alone, as in the year 2000: right, were there a Message-Authenticator.
  const auto check = [](const char* reply, const char* request, const std::string& with) {
    return check_reply(parsed(reply), parsed(request).authenticator(), secret(with));
  };
  EXPECT_EQ(check(kTelnetAccept, kTelnetRequest, kRfcSecret), RadiusProof::missing);
  EXPECT_EQ(check(kCardChallenge, kCardRequest, kRfcSecret), RadiusProof::missing);
  EXPECT_EQ(check(kStatusAccept, kStatusRequest, kRfcSecret), RadiusProof::missing);
  EXPECT_EQ(check(kTelnetAccept, kTelnetRequest, "xyzzy5462"), RadiusProof::wrong);
  EXPECT_EQ(check(kTelnetAccept, kCardRequest, kRfcSecret), RadiusProof::wrong);
}

TEST(RadiusPacket, ChecksMessageAuthenticatorsOfTheStatusExamples) {
  EXPECT_EQ(check_request(parsed(kStatusRequest), secret(kRfcSecret)), RadiusProof::right);
  EXPECT_EQ(check_request(parsed(kStatusAccounting), secret(kRfcSecret)), RadiusProof::right);
  EXPECT_EQ(check_request(parsed(kStatusRequest), secret("other secret")), RadiusProof::wrong);
}

TEST(RadiusPacket, HidesPasswordsAsTheExamplesDo) {
  const RadiusPacket telnet = parsed(kTelnetRequest);
  const Bytes hidden =
      hide_radius_password(secret(kRfcSecret), telnet.authenticator(), secret("arctangent"));
  EXPECT_TRUE(std::ranges::equal(hidden, *telnet.find(RadiusType::user_password)));
}

// ---- What radclient sends

TEST(RadiusPacket, TakesWhatRadclientSends) {
  for (const char* packet : {kPapRequest, kLongPapRequest, kChapSigned, kMsChapSigned, kEapSigned,
                             kStatusRadclient, kAccounting, kAccountingSigned}) {
    EXPECT_EQ(check_request(parsed(packet), secret(kSecret)), RadiusProof::right) << packet;
    EXPECT_EQ(check_request(parsed(packet), secret("another secret")), RadiusProof::wrong)
        << packet;
  }
  EXPECT_EQ(typed(parsed(kPapRequest), kSecret), "4711123456");
  EXPECT_EQ(parsed(kPapRequest).text(RadiusType::calling_station_id), "192.0.2.7");
  EXPECT_EQ(typed(parsed(kLongPapRequest), kSecret), "a password of more than sixteen bytes");
}

TEST(RadiusPacket, HidesLongPasswordsAsRadclientDoes) {
  const RadiusPacket packet = parsed(kLongPapRequest);
  const Bytes hidden = hide_radius_password(secret(kSecret), packet.authenticator(),
                                            secret("a password of more than sixteen bytes"));
  EXPECT_TRUE(std::ranges::equal(hidden, *packet.find(RadiusType::user_password)));
}

TEST(RadiusPacket, TellsTheMethodsApart) {
  EXPECT_EQ(method_of(parsed(kPapRequest)), RadiusMethod::pap);
  EXPECT_EQ(method_of(parsed(kChapRequest)), RadiusMethod::chap);
  EXPECT_EQ(method_of(parsed(kChapSigned)), RadiusMethod::chap);
  EXPECT_EQ(method_of(parsed(kMsChapSigned)), RadiusMethod::ms_chap);
  EXPECT_EQ(method_of(parsed(kEapSigned)), RadiusMethod::eap);
  EXPECT_EQ(method_of(parsed(kStatusRequest)), RadiusMethod::none);
  EXPECT_EQ(refusal_of(RadiusMethod::pap), "");
  for (const auto method :
       {RadiusMethod::chap, RadiusMethod::ms_chap, RadiusMethod::eap, RadiusMethod::none}) {
    EXPECT_NE(refusal_of(method), "");
  }
}

// ---- Tampering

TEST(RadiusPacket, AnyChangedBitBreaksTheProof) {
  const Bytes good = hex(kPapRequest);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes changed = good;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto packet = RadiusPacket::parse(changed);
    if (!packet) continue;
    EXPECT_NE(check_request(*packet, secret(kSecret)), RadiusProof::right) << "bit " << bit;
  }
}

TEST(RadiusPacket, AnyChangedBitOfAnAccountingRequestBreaksTheProof) {
  const Bytes good = hex(kAccounting);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes changed = good;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto packet = RadiusPacket::parse(changed);
    if (!packet || packet->code() != RadiusCode::accounting_request) continue;
    EXPECT_NE(check_request(*packet, secret(kSecret)), RadiusProof::right) << "bit " << bit;
  }
}

// ---- Form

TEST(RadiusPacket, EveryCutOfAPacketIsRefused) {
  const Bytes whole = hex(kLongPapRequest);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(RadiusPacket::parse(ByteView(whole).first(size))) << size;
  }
}

TEST(RadiusPacket, PaddingIsNotPartOfIt) {
  Bytes padded = hex(kPapRequest);
  const std::size_t size = padded.size();
  padded.resize(size + 40, 0xff);
  const RadiusPacket packet = RadiusPacket::parse(padded).value();
  EXPECT_EQ(packet.bytes().size(), size);
  EXPECT_EQ(check_request(packet, secret(kSecret)), RadiusProof::right);
}

TEST(RadiusPacket, RefusalsSayWhatIsWrong) {
  const auto why = [](Bytes bytes) {
    const auto packet = RadiusPacket::parse(bytes);
    return packet ? std::string("nothing") : packet.error().context;
  };
  const std::string head = "01010016000000000000000000000000000000";
  EXPECT_EQ(why(hex("0101")), "shorter than the 20 bytes of a header");
  EXPECT_EQ(why(hex((head + "000101").c_str())),
            "attribute 1 at byte 20 says it has 1 bytes of 2 left");
  EXPECT_EQ(why(hex((head + "000103").c_str())),
            "attribute 1 at byte 20 says it has 3 bytes of 2 left");
  EXPECT_EQ(why(hex("2b010014"
                    "00000000000000000000000000000000")),
            "unknown code 43");
  EXPECT_EQ(why(hex("01010013"
                    "00000000000000000000000000000000")),
            "its length says 19, not 20 to 4096");
  EXPECT_EQ(why(hex("01011001"
                    "00000000000000000000000000000000")),
            "its length says 4097, not 20 to 4096");
  EXPECT_EQ(why(hex("01010015"
                    "0000000000000000000000000000000001")),
            "one byte is left over behind the last attribute");
}

TEST(RadiusPacket, TwoMessageAuthenticatorsAreNone) {
  Bytes twice = hex(kStatusRequest);
  const Bytes mac(twice.begin() + 20, twice.end());
  twice.insert(twice.end(), mac.begin(), mac.end());
  twice[3] = static_cast<std::uint8_t>(twice.size());
  EXPECT_FALSE(RadiusPacket::parse(twice));
}

TEST(RadiusPacket, AShortMessageAuthenticatorIsNone) {
  Bytes packet = hex(kStatusRequest);
  packet.pop_back();
  packet[3] -= 1;
  packet[21] -= 1;
  EXPECT_FALSE(RadiusPacket::parse(packet));
}

TEST(RadiusPacket, PasswordsOfAnotherFormAreRefused) {
  RadiusWriter none(RadiusCode::access_request, 1, Md5Digest{});
  EXPECT_FALSE(
      typed_password(RadiusPacket::parse(std::move(none).finish_request(secret(kSecret))).value(),
                     secret(kSecret)));
  RadiusWriter odd(RadiusCode::access_request, 1, Md5Digest{});
  EXPECT_TRUE(odd.add(RadiusType::user_password, Bytes(17)));
  EXPECT_FALSE(
      typed_password(RadiusPacket::parse(std::move(odd).finish_request(secret(kSecret))).value(),
                     secret(kSecret)));
  RadiusWriter two(RadiusCode::access_request, 1, Md5Digest{});
  EXPECT_TRUE(two.add(RadiusType::user_password, Bytes(16)));
  EXPECT_TRUE(two.add(RadiusType::user_password, Bytes(16)));
  EXPECT_FALSE(
      typed_password(RadiusPacket::parse(std::move(two).finish_request(secret(kSecret))).value(),
                     secret(kSecret)));
}

TEST(RadiusPacket, PasswordsOfEveryLengthComeBack) {
  for (std::size_t size = 0; size <= kRadiusPasswordBytesMax; ++size) {
    const std::string password(size, 'x');
    const Md5Digest authenticator = parsed(kPapRequest).authenticator();
    const Bytes hidden = hide_radius_password(secret(kSecret), authenticator, secret(password));
    EXPECT_EQ(hidden.size() % 16, 0U);
    EXPECT_EQ(unhide_radius_password(secret(kSecret), authenticator, hidden).value(), password);
  }
  EXPECT_FALSE(unhide_radius_password(secret(kSecret), Md5Digest{}, Bytes(144)));
}

// ---- Writing

TEST(RadiusWriter, RepliesBeginWithTheMessageAuthenticatorAndEchoProxyStatesInOrder) {
  const RadiusPacket request = parsed(kLongPapRequest);
  RadiusWriter writer(RadiusCode::access_challenge, request);
  EXPECT_TRUE(writer.add(RadiusType::state, bytes_of("opaque")));
  EXPECT_TRUE(writer.add_text(RadiusType::reply_message, "Next code"));
  const RadiusPacket reply =
      RadiusPacket::parse(std::move(writer).finish_reply(secret(kSecret))).value();
  EXPECT_EQ(reply.id(), request.id());
  ASSERT_EQ(reply.attributes().size(), 5U);
  EXPECT_EQ(reply.attributes()[0].type, RadiusType::message_authenticator);
  EXPECT_EQ(reply.attributes()[3].type, RadiusType::proxy_state);
  EXPECT_TRUE(std::ranges::equal(reply.attributes()[3].value, hex("0102")));
  EXPECT_TRUE(std::ranges::equal(reply.attributes()[4].value, hex("03")));
  EXPECT_EQ(check_reply(reply, request.authenticator(), secret(kSecret)), RadiusProof::right);
  EXPECT_EQ(check_reply(reply, request.authenticator(), secret("another one")), RadiusProof::wrong);
}

TEST(RadiusWriter, TextIsSplitBetweenCharacters) {
  const RadiusPacket request = parsed(kPapRequest);
  std::string text;
  for (int i = 0; i < 200; ++i) text += "\u00e9";  // two bytes each
  RadiusWriter writer(RadiusCode::access_challenge, request);
  EXPECT_TRUE(writer.add_text(RadiusType::reply_message, text));
  const RadiusPacket reply =
      RadiusPacket::parse(std::move(writer).finish_reply(secret(kSecret))).value();
  ASSERT_EQ(reply.attributes().size(), 3U);
  EXPECT_EQ(reply.attributes()[1].value.size(), 252U);
  EXPECT_EQ(reply.attributes()[2].value.size(), 148U);
}

TEST(RadiusWriter, StaysWithinAPacket) {
  const RadiusPacket request = parsed(kLongPapRequest);
  RadiusWriter writer(RadiusCode::access_accept, request);
  const Bytes full(kRadiusValueBytesMax);
  int added = 0;
  while (writer.add(RadiusType::class_, full)) ++added;
  EXPECT_EQ(added, 15);
  const Bytes bytes = std::move(writer).finish_reply(secret(kSecret));
  EXPECT_LE(bytes.size(), kRadiusBytesMax);
  EXPECT_EQ(
      check_reply(RadiusPacket::parse(bytes).value(), request.authenticator(), secret(kSecret)),
      RadiusProof::right);
  EXPECT_FALSE(RadiusWriter(RadiusCode::access_accept, request).add(RadiusType::class_, Bytes{}));
  EXPECT_FALSE(
      RadiusWriter(RadiusCode::access_accept, request).add(RadiusType::class_, Bytes(254)));
}

TEST(RadiusWriter, RequestsProveThemselves) {
  const Md5Digest authenticator = parsed(kPapRequest).authenticator();
  RadiusWriter writer(RadiusCode::access_request, 7, authenticator);
  EXPECT_TRUE(writer.add_text(RadiusType::user_name, "anna"));
  EXPECT_TRUE(writer.add(RadiusType::user_password,
                         hide_radius_password(secret(kSecret), authenticator, secret("123456"))));
  const RadiusPacket request =
      RadiusPacket::parse(std::move(writer).finish_request(secret(kSecret))).value();
  EXPECT_EQ(check_request(request, secret(kSecret)), RadiusProof::right);
  EXPECT_EQ(typed(request, kSecret), "123456");
}

}  // namespace
}  // namespace lockstep
