// SPDX-License-Identifier: Apache-2.0
// Users who come by several gateways.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "front/radius/desk_fixture.h"

namespace lockstep {
namespace {

constexpr const char* kEast = "192.0.2.1";
constexpr const char* kWest = "192.0.2.2";

class RadiusGateways : public DeskTest {
 protected:
  void open_both(const std::string& source_of_east, const std::string& source_of_west) {
    std::vector<RadiusClient> both;
    both.push_back(gateway("east", kEast, source_of_east));
    both.push_back(gateway("west", kWest, source_of_west));
    desk = std::make_unique<RadiusDesk>(*services, RadiusClients::make(std::move(both)).value(),
                                        exchanges,
                                        [this](const std::string& line) { said.push_back(line); });
  }

  RadiusCode log_in(const char* address, const Asked& asked) {
    auto received = desk->receive(packet_of(asked), sender(address));
    const auto& work = std::get<RadiusWork>(received);
    const auto reply = desk->judge(work);
    desk->done(work, reply);
    return read(reply->bytes, asked).code();
  }

 private:
  static RadiusClient gateway(const std::string& name, const char* address,
                              const std::string& source) {
    RadiusClient made = gate();
    made.name = name;
    made.source = source;
    made.networks = {Network::parse(address).value()};
    return made;
  }
};

TEST_F(RadiusGateways, OfOneSourceHealACardBetweenThem) {
  open_both("site", "site");
  SimulatedToken card = add_card("anna");
  card.press_unseen(40);
  EXPECT_EQ(log_in(kEast, {.password = "2580" + card.press()}), RadiusCode::access_reject);
  EXPECT_EQ(log_in(kWest, {.password = "2580" + card.press()}), RadiusCode::access_accept);
  EXPECT_EQ(store.audit({}).value().front().event.actor, Actor("radius:west"));
}

TEST_F(RadiusGateways, OfTwoSourcesDoNot) {
  open_both("east", "west");
  SimulatedToken card = add_card("anna");
  card.press_unseen(40);
  EXPECT_EQ(log_in(kEast, {.password = "2580" + card.press()}), RadiusCode::access_reject);
  EXPECT_EQ(log_in(kWest, {.password = "2580" + card.press()}), RadiusCode::access_reject);
  // West has seen one of them now.
  EXPECT_EQ(log_in(kWest, {.password = "2580" + card.press(), .id = 2}), RadiusCode::access_accept);
}

}  // namespace
}  // namespace lockstep
