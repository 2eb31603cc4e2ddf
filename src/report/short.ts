/** The longest word, and the longest text, that is shown whole. */
const LONGEST_WORD = 200;
const LONGEST_TEXT = 20_000;

/** Text with what no person reads cut short: names, images and values may come a megabyte long. */
export function short(text: string): string {
  const whole = text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}...`;
  return whole.replace(/\S{201,}/g, word => `${word.slice(0, LONGEST_WORD)}...`);
}
