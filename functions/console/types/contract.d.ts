// What the API takes and answers, from the OpenAPI document, for the checks of this page. Nothing of it is served.

import type { components, paths } from "../../../clients/typescript/src/contract";

type Parts<P extends string> = P extends `${infer Part}/${infer Rest}` ? [Part, ...Parts<Rest>] : [P];
type WithoutQuery<P extends string> = P extends `${infer Bare}?${string}` ? Bare : P;

/** Whether these parts of an address are those of a route, in which `{id}` stands for any text. */
type Fits<Route extends string[], Asked extends string[]> =
  [Route, Asked] extends [[infer R extends string, ...infer RouteRest extends string[]], [infer A extends string, ...infer AskedRest extends string[]]]
    ? R extends `{${string}}` ? Fits<RouteRest, AskedRest> : [A] extends [R] ? Fits<RouteRest, AskedRest> : false
    : [Route, Asked] extends [[], []] ? true : false;

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** The route of the document that a request goes to; `never` if it goes to none. */
type RouteOf<P extends string> = { [R in keyof paths]: Fits<Parts<R>, Parts<WithoutQuery<P>>> extends true ? R : never }[keyof paths];

type OperationOf<M extends Method, P extends string> = P extends P ? NonNullable<paths[RouteOf<P>][Lowercase<M>]> : never;

type Json<Answer> = Answer extends { content: { "application/json": infer Body } } ? Body : never;

/** The address, if the document has such a route. */
export type Address<M extends Method, P extends string> =
  P extends P ? [RouteOf<P>] extends [never] ? never : [OperationOf<M, P>] extends [never] ? never : P : never;

/** What the document says that a success answers. */
export type Data<M extends Method, P extends string> =
  OperationOf<M, P> extends { responses: infer Answers } ? Json<Answers[keyof Answers & (200 | 201 | 202)]> : never;

/** What the document says that is sent. */
export type Body<M extends Method, P extends string> =
  OperationOf<M, P> extends { requestBody?: infer Asked } ? Asked extends { content: { "application/json": infer Sent } } ? Sent : undefined : undefined;

export type Schemas = components["schemas"];
