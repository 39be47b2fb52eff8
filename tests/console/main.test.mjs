// All browser tests, against one stack.

import { after } from "node:test";

import { closeBrowser } from "./support/visit.mjs";
import { stopStack } from "./support/world.mjs";

import "./cases/first-avatar.mjs";
import "./cases/credit.mjs";
import "./cases/revoke.mjs";
import "./cases/persona-set.mjs";
import "./cases/record.mjs";
import "./cases/tenants.mjs";
import "./cases/budgets.mjs";
import "./cases/notices.mjs";
import "./cases/bad-input.mjs";
import "./cases/keyboard.mjs";
import "./cases/sign-in.mjs";
import "./cases/webhooks.mjs";
import "./cases/erasing.mjs";
import "./cases/screens.mjs";
import "./cases/weight.mjs";

after(async () => {
  await closeBrowser();
  await stopStack();
});
