// What a model costs, from its price list, in words. What an order costs is reckoned by the API.

import { day, dollars, money, readable } from "./words.js";

/** The price list of a model in a line. */
export function describe({ price, status, shutdown_date: end, replacement }) {
  const words = price && RULES[price.rule.unit]?.(price.rule);
  const ending = end && `Shuts down ${day(end)}${replacement ? `; ${replacement} takes its place` : ""}.`;
  return [words && `${words} (${day(price.date)}).`, status === "deprecated" && "Deprecated.", ending].filter(Boolean).join(" ");
}

const RULES = {
  token: ({ per_million: { text_in: read, output } }) => `${money(read)} in, ${money(output)} out per million tokens`,
  megapixel: ({ first, further, reference }) => `${money(first)} the first megapixel, ${money(further)} each further, ${money(reference)} each of references`,
  image: ({ by, prices }) => {
    const sorted = Object.values(prices).map(Number).sort((a, b) => a - b);
    return `${dollars(sorted[0])} to ${dollars(sorted.at(-1))} an image, by ${readable(by).toLowerCase()}`;
  },
};
