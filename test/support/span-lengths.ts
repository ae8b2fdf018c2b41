// Lengths and addresses at which loops over registers go wrong: empty, one lane, around one, two, four registers.

export const spanLengths: readonly number[] = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33];

/** Bytes off a 64-byte boundary: none, one word, odd. */
export const byteShifts: readonly number[] = [0, 4, 1];
