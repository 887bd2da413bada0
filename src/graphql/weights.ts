/**
 * The cost of a value that can have so many characters: one for each thousand, so that a page of long
 * texts costs what its bytes are worth.
 */
export const costOfText = (characters: number): number => Math.ceil(characters / 1000)

/** The cost of counting a list: that reads all of its items, however small the page is. */
export const COST_OF_COUNT = 20
