// What a model costs, from its price list: in words, and for one image. The job then carries the API's own estimate.

import { day, dollars, money, readable } from "./words.js";

const SQUARE = 1024 * 1024;
const PIXELS_PER_TOKEN = 750;

/** The price list of a model in a line. */
export function describe({ price }) {
  if (!price) return "";
  const words = RULES[price.rule.unit]?.words(price.rule);
  return words ? `${words} (${day(price.date)}).` : "";
}

/** What one image is expected to cost, in dollars; 0 if nobody knows. @param {any} parameters @param {{width?: number, height?: number}[]} references */
export function expected({ price }, parameters, references) {
  const pixels = references.reduce((sum, { width = 0, height = 0 }) => sum + width * height, 0);
  return (price && RULES[price.rule.unit]?.image(price.rule, parameters, pixels)) || 0;
}

const RULES = {
  token: {
    words: ({ per_million: { text_in: read, output } }) => `${money(read)} in, ${money(output)} out per million tokens`,
    image: ({ per_million: { image_in: seen, output }, output_tokens: tokens }, { quality = "auto", size = "" }, pixels) => {
      const [width, height] = (/^\d+x\d+$/.test(size) ? size : "1024x1024").split("x").map(Number);
      const drawn = (tokens[quality] ?? tokens.auto) * ((width * height) / SQUARE);
      return (drawn * output + Math.ceil(pixels / PIXELS_PER_TOKEN) * seen) / 1e6;
    },
  },
  megapixel: {
    words: ({ first, further, reference }) => `${money(first)} the first megapixel, ${money(further)} each further, ${money(reference)} each of references`,
    image: ({ first, further, reference }, { width = 1024, height = 1024 }, pixels) =>
      Number(first) + Number(further) * (Math.max(1, Math.ceil((width * height) / SQUARE)) - 1) + Number(reference) * Math.ceil(pixels / SQUARE),
  },
  image: {
    words: ({ by, prices }) => {
      const sorted = Object.values(prices).map(Number).sort((a, b) => a - b);
      return `${dollars(sorted[0])} to ${dollars(sorted.at(-1))} an image, by ${readable(by).toLowerCase()}`;
    },
    image: ({ by, prices }, parameters) => Number(prices[parameters[by]] ?? prices["1k"]),
  },
};
