/** The square that is shown reaches a little beyond the points, which lie in [-1, 1] x [-1, 1]. */
export const REACH = 1.12;
