// SPDX-License-Identifier: Apache-2.0
#include "service/import_tokens.h"

#include "service/approvals.h"
#include "service/service_test_world.h"
#include "service/token_models.h"

namespace lockstep {
namespace {

// The secret of RFC 4226 appendix D, and the same with another last byte.
const std::string kSeed = "3132333435363738393031323334353637383930";
const std::string kOtherSeed = "3132333435363738393031323334353637383931";

class ImportTokens : public World {
 public:
  static ImportFile csv(std::string_view text) {
    ImportFile file;
    file.content = Secret::copy_of(text);
    file.defaults.kind = TokenKind::hotp;
    file.model = "Card";
    return file;
  }
  ImportReport staged(std::string_view text) {
    return stage_import(*services, owner(), csv(text)).value();
  }
  ImportReport committed(const std::string& id) {
    return commit_import(*services, owner(), id).value();
  }
};

TEST_F(ImportTokens, StagingReportsAndAddsNothing) {
  const ImportReport report = staged("C1," + kSeed + "\nC2," + kSeed + ",7\n");
  EXPECT_EQ(report.added, 2U);
  EXPECT_FALSE(report.committed);
  EXPECT_TRUE(list_tokens(*services, {}, {})->empty());
}

TEST_F(ImportTokens, CommittingAddsTheTokensToTheStock) {
  committed(staged("C1," + kSeed + ",5\n").id);
  const Token added = token("C1");
  EXPECT_EQ(added.model, "Card");
  EXPECT_EQ(added.progress.next, Position(5));
  EXPECT_FALSE(added.owner.has_value());
  add_user("anna");
  ASSERT_TRUE(assign_token(*services, owner(), user_name("anna"), serial("C1")));
  EXPECT_EQ(log_in("anna", "254676"), Verdict::accept);  // RFC 4226 appendix D, count 5
}

TEST_F(ImportTokens, CommittingTwiceAddsOnceAndSaysTheSame) {
  const std::string id = staged("C1," + kSeed + "\n").id;
  EXPECT_EQ(committed(id).added, 1U);
  const std::size_t records = store.audit({})->size();
  EXPECT_EQ(committed(id).added, 1U);
  EXPECT_EQ(store.audit({})->size(), records);
  EXPECT_TRUE(get_import(*services, owner(), id)->committed);
}

TEST_F(ImportTokens, TheSameFileAgainAddsNothing) {
  committed(staged("C1," + kSeed + "\n").id);
  const ImportReport again = committed(staged("C1," + kSeed + "\n").id);
  EXPECT_EQ(again.added, 0U);
  EXPECT_EQ(again.already_there, 1U);
}

TEST_F(ImportTokens, ASerialWithAnotherSeedAndASerialGivenTwiceAreRejectedWithTheirLine) {
  committed(staged("C1," + kSeed + "\n").id);
  const ImportReport report =
      staged("# new cards\nC1," + kOtherSeed + "\nC2," + kSeed + "\nC2," + kSeed + "\n");
  EXPECT_EQ(report.added, 1U);
  EXPECT_EQ(report.rejected, 2U);
  ASSERT_EQ(report.rejected_list.size(), 2U);
  EXPECT_EQ(report.rejected_list[0].line, 2U);
  EXPECT_EQ(report.rejected_list[1].line, 4U);
  EXPECT_EQ(report.rejected_list[1].serial, "C2");
}

TEST_F(ImportTokens, ABadLineIsReportedInItsPlaceAndTheGoodOnesAreAdded) {
  committed(staged("C1," + kSeed + "\n").id);
  const ImportReport report =
      staged("C1," + kOtherSeed + "\nC2,xyz\nC3," + kSeed + "\nC3," + kSeed + "\nC4\n");
  EXPECT_EQ(report.added, 1U);
  ASSERT_EQ(report.rejected, 4U);
  for (const std::size_t at : {0U, 1U}) EXPECT_EQ(report.rejected_list[at].line, at + 1);
  EXPECT_EQ(report.rejected_list[2].line, 4U);
  EXPECT_EQ(report.rejected_list[3].line, 5U);
  EXPECT_EQ(report.rejected_list[1].why.find("xyz"), std::string::npos);
  committed(report.id);
  EXPECT_EQ(token("C3").status, TokenStatus::enabled);
}

TEST_F(ImportTokens, AFileOfAnotherKindIsRefusedAsAWhole) {
  const auto done = stage_import(*services, owner(), csv("<TKNBatch/>"));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Errc::invalid_input);
  EXPECT_NE(done.error().context.find("RSA .sdtid"), std::string::npos);
}

TEST_F(ImportTokens, TheFormatThatWasTakenAndItsNotesAreKept) {
  const ImportReport report = staged("serial,seed,owner\nC1," + kSeed + ",anna\n");
  EXPECT_EQ(report.format, SeedFormat::csv);
  ASSERT_EQ(report.notes.size(), 1U);
  committed(report.id);
  const auto again = get_import(*services, owner(), report.id);
  EXPECT_EQ(again->format, SeedFormat::csv);
  EXPECT_EQ(again->notes, report.notes);
}

TEST_F(ImportTokens, WhatTheOperatorSaidIsKeptUntilTheCommit) {
  ImportFile file = csv("C1,2345672345672345672345ABCDEF2345ABCDEF23\n");
  file.defaults = {.kind = TokenKind::totp,
                   .hash = HashAlgorithm::sha512,
                   .digits = Digits::eight(),
                   .step = Seconds(60),
                   .t0 = Seconds(946'684'800)};
  EXPECT_FALSE(stage_import(*services, owner(), file).has_value());
  file.encoding = SeedEncoding::base32;
  committed(stage_import(*services, owner(), file)->id);
  EXPECT_EQ(token("C1").spec, (CodeSpec{.kind = TokenKind::totp,
                                        .hash = HashAlgorithm::sha512,
                                        .digits = Digits::eight(),
                                        .step = Seconds(60),
                                        .t0 = Seconds(946'684'800)}));
  file.defaults.step = Seconds(0);
  EXPECT_FALSE(stage_import(*services, owner(), file).has_value());
}

TEST_F(ImportTokens, ASerialThatCameToBeMeanwhileIsNotAddedTwice) {
  const std::string id = staged("C1," + kSeed + "\nC2," + kSeed + "\n").id;
  committed(staged("C1," + kSeed + "\n").id);
  const ImportReport report = committed(id);
  EXPECT_EQ(report.added, 1U);
  EXPECT_EQ(report.already_there, 1U);
}

TEST_F(ImportTokens, OverwritingTakesTheFilesSeedForATokenInStockAndNoOther) {
  committed(staged("C1," + kOtherSeed + ",900\nC2," + kOtherSeed + "\n").id);
  add_user("anna");
  ASSERT_TRUE(assign_token(*services, owner(), user_name("anna"), serial("C2")));
  ImportFile file = csv("C1," + kSeed + ",5\nC2," + kSeed + "\n");
  file.overwrite = true;
  const ImportReport report = stage_import(*services, owner(), file).value();
  EXPECT_EQ(report.overwritten, 1U);
  ASSERT_EQ(report.rejected_list.size(), 1U);
  EXPECT_EQ(report.rejected_list[0].serial, "C2");
  EXPECT_EQ(committed(report.id).overwritten, 1U);
  EXPECT_EQ(get_import(*services, owner(), report.id)->overwritten, 1U);
  EXPECT_EQ(token("C1").progress.next, Position(5));
  ASSERT_TRUE(assign_token(*services, owner(), user_name("anna"), serial("C1")));
  EXPECT_EQ(log_in("anna", "254676"), Verdict::accept);  // RFC 4226 appendix D, count 5
}

TEST_F(ImportTokens, WhatIsNotToBeOverwrittenIsRejected) {
  committed(staged("C1," + kOtherSeed + "\n").id);
  const ImportReport report = staged("C1," + kSeed + "\n");
  EXPECT_EQ(report.overwritten, 0U);
  EXPECT_EQ(report.rejected, 1U);
}

TEST_F(ImportTokens, ATokenAssignedMeanwhileIsNotOverwritten) {
  committed(staged("C1," + kOtherSeed + "\n").id);
  ImportFile file = csv("C1," + kSeed + "\n");
  file.overwrite = true;
  const std::string id = stage_import(*services, owner(), file)->id;
  add_user("anna");
  ASSERT_TRUE(assign_token(*services, owner(), user_name("anna"), serial("C1")));
  EXPECT_EQ(committed(id).rejected, 1U);
  EXPECT_TRUE(token("C1").owner);
}

TEST_F(ImportTokens, DeliveryAndWarrantyAreThoseOfAllItsTokens) {
  ImportFile file = csv("C1," + kSeed + "\n");
  file.batch = "Delivery 7";
  file.warranty_until = owner().now.wall + Seconds(1'000);
  committed(stage_import(*services, owner(), file)->id);
  EXPECT_EQ(token("C1").batch, "Delivery 7");
  EXPECT_EQ(token("C1").warranty_until, file.warranty_until);
}

TEST_F(ImportTokens, MoreThanAPageIsComparedWhole) {
  std::string lines;
  constexpr std::size_t kCount = 2 * Page::kLimitMax + 1;
  for (std::size_t i = 0; i < kCount; ++i) {
    lines += "M" + std::to_string(10'000 + i) + "," + kSeed + "\n";
  }
  committed(staged(lines).id);
  const ImportReport again = staged(lines + "X1," + kSeed + "\n");
  EXPECT_EQ(again.already_there, kCount);
  EXPECT_EQ(again.added, 1U);
}

TEST_F(ImportTokens, WhoAsksWhileItIsWrittenIsToldHowFarItIs) {
  const std::string id = staged("C1," + kSeed + "\n").id;
  std::optional<ImportStep> seen;
  store.before_commit = [&] { seen = get_import(*services, owner(), id)->step; };
  committed(id);
  EXPECT_EQ(seen, (ImportStep{ImportPhase::writing, 0, 1}));
  EXPECT_FALSE(get_import(*services, owner(), id)->step);
}

TEST_F(ImportTokens, AnImportExpiresAndUnknownOnesAreNotFound) {
  const std::string id = staged("C1," + kSeed + "\n").id;
  clock.advance(kImportKept + Micros(1));
  EXPECT_EQ(commit_import(*services, owner(), id).error().code, Errc::not_found);
  EXPECT_EQ(get_import(*services, owner(), "guess").error().code, Errc::not_found);
}

TEST_F(ImportTokens, OneThatOverwritesManyWaitsForAnotherOperator) {
  ASSERT_TRUE(put_policy(*services, owner(),
                         R"({"preset":"default","set":{"approval.mass_change":true}})"));
  Operator karin{.id = OperatorId(1), .name = user_name("karin")};
  karin.role = Role::administrator;
  ASSERT_TRUE(store.commit({{InsertOperator{karin}}, {}}));
  const auto as = [&](const std::string& who) {
    return begin(*services, Caller{Actor(who), permissions_of(Role::administrator), who});
  };
  const auto uploaded = [&](std::size_t count, const std::string& seed) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "C" + std::to_string(i) + "," + seed + "\n";
    ImportFile file = csv(text);
    file.overwrite = true;
    return stage_import(*services, as("operator:karin"), file)->id;
  };
  const auto commit = [&](const std::string& id) {
    return commit_import(*services, as("operator:karin"), id).value();
  };
  EXPECT_TRUE(commit(uploaded(12, kSeed)).committed) << "new ones";
  const Sealed before = token("C9").seed;
  EXPECT_TRUE(commit(uploaded(10, kOtherSeed)).committed) << "these are few";
  EXPECT_NE(token("C9").seed, before);
  EXPECT_TRUE(commit(uploaded(10, kSeed)).committed);

  const std::string many = uploaded(12, kOtherSeed);
  const ImportReport asked = commit(many);
  ASSERT_TRUE(asked.waits);
  EXPECT_FALSE(asked.committed);
  EXPECT_EQ(asked.overwritten, 12U);
  const Sealed still = token("C11").seed;
  EXPECT_EQ(approve(*services, as("operator:karin"), asked.waits->id).error().code,
            Errc::not_allowed);
  ASSERT_TRUE(approve(*services, as("operator:olle"), asked.waits->id));
  EXPECT_NE(token("C11").seed, still);
  const auto records = store.audit({.kinds = {EventKind::import_committed}}).value();
  EXPECT_EQ(records.front().event.actor, Actor("operator:karin"));
  EXPECT_EQ(records.front().event.details.back().second, "operator:olle");
  EXPECT_TRUE(get_import(*services, as("operator:karin"), many)->committed);
}

TEST_F(ImportTokens, ATokenWhoseDatesAreCrossedIsRejected) {
  ImportFile file = csv(R"(<KeyContainer><KeyPackage><DeviceInfo><SerialNo>S1</SerialNo>
    </DeviceInfo><Key Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp">
    <AlgorithmParameters><ResponseFormat Length="8" Encoding="DECIMAL"/></AlgorithmParameters>
    <Data><Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret></Data><Policy>
    <StartDate>2026-01-01T00:00:00Z</StartDate><ExpiryDate>2026-01-01T00:00:00Z</ExpiryDate>
    </Policy></Key></KeyPackage></KeyContainer>)");
  file.format = SeedFormat::pskc;
  const auto report = stage_import(*services, owner(), file);
  EXPECT_EQ(report->added, 0U);
  ASSERT_EQ(report->rejected, 1U);
  EXPECT_EQ(report->rejected_list[0].why, "its first day is not before its last");
}

TEST_F(ImportTokens, TheWarrantyIsThatOfTheModelUnlessOneIsSaid) {
  TokenModel model;
  model.name = "Card";
  model.warranty_months = 36;
  ASSERT_TRUE(put_token_model(*services, owner(), model, {}));
  committed(staged("C1," + kSeed + "\n").id);
  EXPECT_EQ(token("C1").warranty_until, warranty_end(model, clock.now().wall));
  ImportFile file = csv("C2," + kSeed + "\n");
  file.warranty_until = clock.now().wall;
  committed(stage_import(*services, owner(), file)->id);
  EXPECT_EQ(token("C2").warranty_until, clock.now().wall);
  file = csv("C3," + kSeed + "\n");
  file.model = "Unknown";
  committed(stage_import(*services, owner(), file)->id);
  EXPECT_FALSE(token("C3").warranty_until);
}

TEST_F(ImportTokens, TheListOfRejectedLinesIsBoundedAndTheirNumberIsNot) {
  std::string file;
  for (std::size_t i = 0; i < kImportRejectedListMax + 6; ++i) file += "C1," + kSeed + "\n";
  const ImportReport report = staged(file);
  EXPECT_EQ(report.rejected, kImportRejectedListMax + 5);
  EXPECT_EQ(report.rejected_list.size(), kImportRejectedListMax);
}

TEST_F(ImportTokens, APskcFileIsReadWithItsCounter) {
  ImportFile file = csv(R"(<KeyContainer><KeyPackage><DeviceInfo><SerialNo>987654321</SerialNo>
    </DeviceInfo><Key Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp">
    <AlgorithmParameters><ResponseFormat Length="8" Encoding="DECIMAL"/></AlgorithmParameters>
    <Data><Secret><PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret>
    <Counter><PlainValue>3</PlainValue></Counter></Data></Key></KeyPackage></KeyContainer>)");
  file.format = SeedFormat::pskc;
  committed(stage_import(*services, owner(), file)->id);
  EXPECT_EQ(token("987654321").progress.next, Position(3));
  EXPECT_EQ(token("987654321").spec.digits, Digits::eight());
}

}  // namespace
}  // namespace lockstep
