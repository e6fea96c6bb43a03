package io.github.bge4j;

/**
 * One token of a text, for people and programs that cut texts by tokens.
 *
 * @param id the token's id
 * @param text the part of the text that it stands for; of a special token its name, such as
 *     {@code </s>}. Tokens that share a character have that character both
 * @param special whether it was put around the text, and stands for no part of it
 * @param start first code point of that part in the text; 0 if special
 * @param end the code point after its last one; 0 if special
 */
public record Token(int id, String text, boolean special, int start, int end) {}
