package io.gatehouse.adapters.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.policy.Principal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Session ids of the legacy lane. An id is sealed with a key of this process and bound to engine and principal, so nothing is
 * kept for a living session; only the ended ones are remembered until they would have expired.
 */
final class Sessions {
    private static final Duration LIFE = Duration.ofHours(24);
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int VERSION_LENGTH = 10;
    private static final int MAX_LENGTH = 128;

    private final String engine;
    private final InstantSource clock;
    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();
    private final Cache<String, Boolean> ended =
            Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(LIFE).build();

    Sessions(String engine, InstantSource clock) {
        this.engine = engine;
        this.clock = clock;
        try {
            var generator = KeyGenerator.getInstance("AES");
            generator.init(256);
            this.key = generator.generateKey();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no AES", e);
        }
    }

    /** A new session of {@code principal} that speaks {@code version}. */
    String open(Principal principal, String version) {
        var plain = ByteBuffer.allocate(Long.BYTES + VERSION_LENGTH)
                .putLong(clock.millis() + LIFE.toMillis())
                .put(version.getBytes(StandardCharsets.US_ASCII));
        var nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, nonce, principal).doFinal(plain.array());
            var id = ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(id.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a session id could not be sealed", e);
        }
    }

    /** The version that the session speaks, or {@code null} where {@code principal} has no such session. */
    @Nullable
    String version(Principal principal, String id) {
        if (id.length() > MAX_LENGTH || ended.getIfPresent(id) != null) {
            return null;
        }
        try {
            var bytes = Base64.getUrlDecoder().decode(id);
            if (bytes.length < NONCE
                    || !Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(bytes)
                            .equals(id)) {
                return null; // a second spelling of an id would outlive its end
            }
            var nonce = ByteBuffer.wrap(bytes, 0, NONCE);
            var opened = ByteBuffer.wrap(
                    cipher(Cipher.DECRYPT_MODE, copy(nonce), principal).doFinal(bytes, NONCE, bytes.length - NONCE));
            if (opened.getLong() <= clock.millis()) {
                return null;
            }
            return StandardCharsets.US_ASCII.decode(opened).toString();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return null; // forged, another principal's, or of a process before this one
        }
    }

    /** Ends a session whose id {@link #version} knows. */
    void end(String id) {
        ended.put(id, true);
    }

    private static byte[] copy(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private Cipher cipher(int mode, byte[] nonce, Principal principal) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        var owner = String.join("\0", engine, principal.tenant(), principal.type(), principal.id());
        cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
