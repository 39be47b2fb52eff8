// What all tests share: one stack, and a tenant for each.

import { startStack } from "./stack.mjs";

/** @type {Promise<import("./stack.mjs").Stack> | null} */
let started = null;
let tenants = 0;

export const stack = () => (started ??= startStack());
export const stopStack = async () => (await started)?.stop();

/** A tenant that nobody else has. */
export const someone = (name = "someone") => `${name}-${process.pid}-${(tenants += 1)}`;
