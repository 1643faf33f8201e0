package io.gatehouse.config;

import java.util.List;

/**
 * A file as it was read, so that checks across settings go on where one of them is wrong.
 *
 * @param root reads any part again; what is wrong with it was reported when the file was loaded, and is not reported anew
 * @param secrets those that were found
 */
public record ConfigTree(ConfigNode root, Positions positions, List<FoundSecret> secrets) {
    public ConfigTree {
        secrets = List.copyOf(secrets);
    }
}
