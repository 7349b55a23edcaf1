"""A GraphQL schema and a .proto file with one of everything."""

from __future__ import annotations

GRAPHQL = '''
type Query {
  """
  Find an order.

  Only those of your own team.
  """
  order("Its number" id: ID!, locale: String = "en"): Order
  orders: [Order!]! @deprecated(reason: "Use search.")
}
extend type Query { search(filter: Filter): [Result] }
type Mutation { cancel(id: ID!): Boolean! }
type Subscription { placed: Order }
interface Node { id: ID! }
type Order implements Node { id: ID!, state: State, lines(first: Int!): [Line], buyer: Buyer }
type Buyer { name: String! }
type Line { sku: String }
union Result = Order | Buyer
enum State { OPEN, CLOSED @deprecated }
input Filter { state: State! = OPEN }
scalar Date
'''
GRPC = """
syntax = "proto3";
package shop.v1;
import "google/api/annotations.proto";

// Takes orders.
service Orders {
  // Place an order.
  rpc Place(Order) returns (PlaceAnswer) { option (google.api.http) = { post: "/v1/orders" body: "*" }; }
  rpc Watch(stream shop.v1.Order) returns (stream PlaceAnswer) { option deprecated = true; }
}

/* What is bought.
 * In euros. */
message Order {
  reserved 4, 9 to 11;
  repeated string skus = 1 [deprecated = true, json_name = "s"];
  map<string, Line> lines = 2; // by sku
  oneof payer { string card = 3; Account account = 5; }
  message Line { int32 pieces = 1; }
  enum Size { SIZE_UNSPECIFIED = 0; LARGE = -1; }
}
message PlaceAnswer {}
"""
