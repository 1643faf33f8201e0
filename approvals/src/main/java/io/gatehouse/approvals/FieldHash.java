package io.gatehouse.approvals;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 over a sequence of fields, none of which can run into the next. A field is its length in bytes (8 bytes, big
 * endian) and its bytes; text is UTF-8; an absent field is the length -1 and nothing; a list is its count (8 bytes), then its
 * elements. The first field names the form, so that two forms never encode alike.
 */
final class FieldHash {
    private final MessageDigest digest;

    FieldHash(String form) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
        text(form);
    }

    FieldHash text(@Nullable String text) {
        if (text == null) {
            return count(-1);
        }
        try {
            // strict: String.getBytes would turn every unpaired surrogate into the same question mark
            return bytes(StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("expected text, got an unpaired surrogate", e);
        }
    }

    /** One field out of any number of pieces, whose positions do not move. */
    FieldHash bytes(ByteBuffer... pieces) {
        long length = 0;
        for (ByteBuffer piece : pieces) {
            length += piece.remaining();
        }
        count(length);
        for (ByteBuffer piece : pieces) {
            digest.update(piece.duplicate());
        }
        return this;
    }

    FieldHash count(long count) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, count));
        return this;
    }

    /** Lower-case hexadecimal. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Compares two digests in a time that does not tell where they differ. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
