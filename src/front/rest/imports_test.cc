// SPDX-License-Identifier: Apache-2.0
#include "front/rest/api_fixture.h"

namespace lockstep {
namespace {

using ImportsApi = ApiTest;

constexpr const char* kFile =
    R"({"format":"csv","spec":{"kind":"hotp","digits":8},"model":"Card","content":")"
    R"(I1,3132333435363738393031323334353637383930,0\n)"
    R"(I2,3132333435363738393031323334353637383931\n"})";

TEST_F(ImportsApi, AnUploadReportsAndACommitAdds) {
  const Seen staged = post("/imports", kFile);
  EXPECT_EQ(staged.status(), 201);
  EXPECT_EQ(staged.at("committed"), false);
  EXPECT_EQ(staged.at("added"), 2);
  EXPECT_EQ(get("/tokens/I1").verdict(), "404 not_found");
  const std::string id = staged.text("id");
  EXPECT_EQ(get("/imports/" + id).response.body, staged.response.body);
  const Seen done = post("/imports/" + id + "/commit");
  EXPECT_EQ(done.status(), 200);
  EXPECT_EQ(done.at("committed"), true);
  EXPECT_EQ(get("/tokens/I1").at("digits"), 8);
  EXPECT_EQ(get("/tokens/I2").text("model"), "Card");
  EXPECT_EQ(post("/imports/" + id + "/commit").response.body, done.response.body);
}

TEST_F(ImportsApi, AnUploadIsDropped) {
  const std::string id = post("/imports", kFile).text("id");
  EXPECT_EQ(remove("/imports/" + id).status(), 204);
  EXPECT_EQ(get("/imports/" + id).verdict(), "404 not_found");
  EXPECT_EQ(remove("/imports/" + id).verdict(), "404 not_found");
}

TEST_F(ImportsApi, WhatNobodySaysIsThatOfTheModel) {
  put("/token-models/Acme",
      R"({"kind":"totp","digits":8,"step_seconds":60,"algorithm":"sha256","form":"software"})");
  const auto imported = [&](const std::string& serial, const std::string& spec) {
    const std::string seed = "3132333435363738393031323334353637383930";
    const Seen staged = post("/imports", R"({"format":"csv","model":"Acme",)" + spec +
                                             R"("content":")" + serial + "," + seed + R"(\n"})");
    post("/imports/" + staged.text("id") + "/commit");
    return get("/tokens/" + serial);
  };
  const Seen all = imported("A1", "");
  EXPECT_EQ(all.at("kind"), "totp");
  EXPECT_EQ(all.at("digits"), 8);
  EXPECT_EQ(all.at("step_seconds"), 60);
  EXPECT_EQ(all.at("algorithm"), "sha256");
  EXPECT_EQ(all.at("form"), "software");
  const Seen some = imported("A2", R"("spec":{"digits":6},)");
  EXPECT_EQ(some.at("digits"), 6) << "the operator's word goes first";
  EXPECT_EQ(some.at("step_seconds"), 60);
  const Seen other = imported("A3", R"("spec":{"kind":"hotp"},)");
  EXPECT_EQ(other.at("digits"), 6) << "of another kind nothing is the model's";
  EXPECT_EQ(other.at("algorithm"), "sha1");
}

TEST_F(ImportsApi, WhatIsRefusedIsNamedByLineAndSerialAndNeverBySeed) {
  EXPECT_EQ(post("/tokens", R"({"kind":"hotp","serial":"I1"})").status(), 201);
  const Seen staged = post("/imports", kFile);
  EXPECT_EQ(staged.at("added"), 1);
  EXPECT_EQ(staged.at("rejected"), 1);
  const boost::json::value one = staged.at("rejected_list").as_array().at(0);
  EXPECT_EQ(one.at("serial"), "I1");
  EXPECT_EQ(one.at("line"), 1);
  EXPECT_FALSE(one.at("why").as_string().empty());
  EXPECT_EQ(staged.response.body.find("31323334"), std::string::npos);
}

TEST_F(ImportsApi, RequestsOfAnotherFormAreRefused) {
  for (const char* body :
       {R"({"content":"x"})", R"({"format":"csv"})", R"({"format":"sdtid","content":"x"})",
        R"({"format":"csv","content":"","encoding":"base64"})",
        R"({"content":"<KeyContainer/>","key":"00","password":"x"})",
        R"({"content":"<KeyContainer/>","key":"no hex"})", R"({"content":"<TKNBatch/>"})",
        R"({"format":"csv","content":5})", R"({"format":"csv","content":"","spec":5})",
        R"({"format":"csv","content":"","spec":{"kind":"hotp","step_seconds":60}})",
        R"({"format":"csv","content":"","spec":{"kind":"hotp","colour":"red"}})",
        R"({"format":"pskc","content":"<html/>"})"}) {
    EXPECT_EQ(post("/imports", body).verdict(), "400 invalid_input") << body;
  }
}

TEST_F(ImportsApi, TheFormatIsFoundAndBadLinesAreReported) {
  const Seen staged =
      post("/imports",
           R"({"content":"upn,serial number,secret key,time interval,manufacturer,model\n)"
           R"(,E1,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,60,Contoso,Key\n,E2,1111,60,Contoso,Key\n"})");
  EXPECT_EQ(staged.status(), 201);
  EXPECT_EQ(staged.text("format"), "entra");
  EXPECT_EQ(staged.at("added"), 1);
  EXPECT_EQ(staged.at("rejected_list").as_array().at(0).at("line"), 3);
  EXPECT_EQ(staged.at("notes").as_array().at(0), "the column \"upn\" was not used");
  const Seen done = post("/imports/" + staged.text("id") + "/commit");
  EXPECT_EQ(done.text("format"), "entra");
  EXPECT_EQ(get("/tokens/E1").at("step_seconds"), 60);
  EXPECT_EQ(get("/imports/" + staged.text("id")).at("notes"), staged.at("notes"));
}

TEST_F(ImportsApi, TheAlphabetCanBeNamed) {
  const std::string file = R"("content":"A1,2345672345672345672345ABCDEF2345ABCDEF23\n",)"
                           R"("spec":{"kind":"totp"}})";
  EXPECT_EQ(post("/imports", "{" + file).verdict(), "400 invalid_input");
  EXPECT_EQ(post("/imports", R"({"encoding":"base32",)" + file).at("added"), 1);
}

// RFC 6030 figure 7, without what does not matter here.
constexpr const char* kEncrypted =
    R"(<KeyContainer><EncryptionKey><DerivedKey><KeyDerivationMethod Algorithm=\"x#pbkdf2\">)"
    R"(<PBKDF2-params><Salt><Specified>Ej7/PEpyEpw=</Specified></Salt><IterationCount>1000)"
    R"(</IterationCount><KeyLength>16</KeyLength></PBKDF2-params></KeyDerivationMethod>)"
    R"(</DerivedKey></EncryptionKey><MACMethod Algorithm=\"x#hmac-sha1\"><MACKey>)"
    R"(<EncryptionMethod Algorithm=\"x#aes128-cbc\"/><CipherData><CipherValue>)"
    R"(2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx</CipherValue>)"
    R"(</CipherData></MACKey></MACMethod><KeyPackage><Key Id=\"F7\" Algorithm=\"hotp\"><Data>)"
    R"(<Secret><EncryptedValue><EncryptionMethod Algorithm=\"x#aes128-cbc\"/><CipherData>)"
    R"(<CipherValue>oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f)"
    R"(</CipherValue></CipherData></EncryptedValue><ValueMAC>LP6xMvjtypbfT9PdkJhBZ+D6O4w=)"
    R"(</ValueMAC></Secret></Data></Key></KeyPackage></KeyContainer>)";

TEST_F(ImportsApi, AnEncryptedFileIsOpenedByThePasswordUntilItIsCommitted) {
  const std::string content = R"({"content":")" + std::string(kEncrypted) + "\"";
  EXPECT_EQ(post("/imports", content + "}").verdict(), "400 invalid_input");
  const Seen wrong = post("/imports", content + R"(,"password":"wrong word"})");
  EXPECT_EQ(wrong.verdict(), "400 invalid_input");
  EXPECT_EQ(wrong.response.body.find("wrong word"), std::string::npos);
  const Seen staged = post("/imports", content + R"(,"password":"qwerty"})");
  EXPECT_EQ(staged.text("format"), "pskc");
  EXPECT_EQ(staged.response.body.find("qwerty"), std::string::npos);
  EXPECT_EQ(post("/imports/" + staged.text("id") + "/commit").at("added"), 1);
  EXPECT_EQ(get("/tokens/F7").status(), 200);
}

TEST_F(ImportsApi, AnUnknownIdIsNotFound) {
  EXPECT_EQ(get("/imports/none").verdict(), "404 not_found");
  EXPECT_EQ(post("/imports/none/commit").verdict(), "404 not_found");
}

}  // namespace
}  // namespace lockstep
