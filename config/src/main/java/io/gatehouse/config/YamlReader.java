package io.gatehouse.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads YAML into a tree. The events are looked through first, since the composer recurses as deep as the text nests; the
 * nodes are counted while aliases are expanded, since few lines can stand for billions.
 */
final class YamlReader {
    private static final int LONGEST_TEXT = 8 << 20;
    private static final int DEEPEST = 64;
    private static final int MOST_NODES = 500_000;
    private static final int MOST_ALIASES = 1_000;

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setCodePointLimit(LONGEST_TEXT)
            .setMaxAliasesForCollections(MOST_ALIASES)
            .setAllowNonScalarKeys(true)
            .build();

    private final Problems problems;
    private int nodes;
    private boolean broken;

    YamlReader(Problems problems) {
        this.problems = problems;
    }

    /** The tree, or null after reporting why there is none. */
    @Nullable
    Node read(String text) {
        if (text.length() > LONGEST_TEXT) {
            problems.add(Position.START, "", "the file is longer than 8 MiB");
            return null;
        }
        var yaml = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try {
            if (!looksSound(yaml)) {
                return null;
            }
            var root = new Compose(SETTINGS).composeString(yaml);
            if (root.isEmpty()) {
                problems.add(Position.START, "", "the file is empty");
                return null;
            }
            var tree = convert(root.get(), "", 0);
            return broken ? null : tree;
        } catch (MarkedYamlEngineException e) {
            var mark = e.getProblemMark().or(e::getContextMark);
            problems.add(position(mark), "", problem(e.getProblem()));
        } catch (ReaderException e) {
            problems.add(position(yaml, e.getPosition()), "", "a character that YAML does not allow");
        } catch (YamlEngineException e) {
            problems.add(Position.START, "", "more aliases than the " + MOST_ALIASES + " allowed");
        }
        return null;
    }

    private boolean looksSound(String yaml) {
        int depth = 0;
        int documents = 0;
        for (Event event : new Parse(SETTINGS).parseString(yaml)) {
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                problems.add(position(event.getStartMark()), "", "expected one document, got a second `---`");
                return false;
            }
            if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
                problems.add(position(event.getStartMark()), "", "nested deeper than " + DEEPEST + " levels");
                return false;
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (event instanceof NodeEvent node && tagged(node)) {
                problems.add(position(event.getStartMark()), "", TAGGED);
                return false;
            }
        }
        return true;
    }

    private static boolean tagged(NodeEvent event) {
        return switch (event) {
            case ScalarEvent scalar -> scalar.getTag().isPresent();
            case CollectionStartEvent collection -> collection.getTag().isPresent();
            default -> false;
        };
    }

    private @Nullable Node convert(org.snakeyaml.engine.v2.nodes.Node node, String path, int depth) {
        var at = position(node.getStartMark());
        if (broken) {
            return null;
        }
        if (node.isRecursive()) {
            return broken(at, path, "an alias inside of what it stands for");
        }
        if (depth > DEEPEST) {
            return broken(at, "", "nested deeper than " + DEEPEST + " levels once aliases are expanded");
        }
        if (++nodes > MOST_NODES) {
            return broken(at, "", "more than " + MOST_NODES + " values once aliases are expanded");
        }
        return switch (node) {
            case ScalarNode scalar -> new Node.Scalar(at, scalar.getValue(), scalar.isPlain());
            case SequenceNode sequence -> sequence(sequence, at, path, depth);
            case MappingNode mapping -> mapping(mapping, at, path, depth);
            default -> throw new IllegalStateException("a node of kind " + node.getNodeType());
        };
    }

    private @Nullable Node broken(Position at, String path, String message) {
        broken = true;
        problems.add(at, path, message);
        return null;
    }

    private Node.Sequence sequence(SequenceNode sequence, Position at, String path, int depth) {
        List<Node> items = new ArrayList<>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            var item = convert(sequence.getValue().get(i), KeyPath.index(path, i), depth + 1);
            if (item != null) {
                items.add(item);
            }
        }
        return new Node.Sequence(at, List.copyOf(items));
    }

    private Node.Mapping mapping(MappingNode mapping, Position at, String path, int depth) {
        Map<String, Node.Entry> entries = new HashMap<>();
        List<Node.Entry> inOrder = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            var keyAt = position(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                problems.add(
                        keyAt, path, "expected a name as key (a value that begins with `{` or `[` must be quoted)");
                continue;
            }
            var key = keyNode.getValue();
            var value = convert(tuple.getValueNode(), KeyPath.key(path, key), depth + 1);
            if (value == null) {
                continue;
            }
            var entry = new Node.Entry(keyAt, key, value);
            var earlier = entries.putIfAbsent(key, entry);
            if (earlier == null) {
                inOrder.add(entry);
            } else {
                problems.add(
                        keyAt,
                        KeyPath.key(path, key),
                        "the key is given twice, first in line " + earlier.at().line());
            }
        }
        return new Node.Mapping(at, List.copyOf(inOrder));
    }

    private static final String TAGGED = "tags are not supported (a value that begins with `!` must be quoted)";

    /** The parser's words, except where they would repeat the file: what looks like an alias or a tag may be a secret. */
    private static String problem(String words) {
        if (words.startsWith("found undefined alias")) {
            return "an alias to nothing (a value that begins with `*` must be quoted)";
        }
        if (words.contains("TAB")) {
            return "a tab cannot indent; use spaces";
        }
        if (words.contains("tag")) {
            return TAGGED;
        }
        return "not YAML: " + Texts.shown(words.replaceAll("\\s+", " "));
    }

    private static Position position(Optional<Mark> mark) {
        return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.START);
    }

    private static Position position(String text, int index) {
        int end = Math.min(index, text.length());
        int line = (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
        return new Position(line + 1, end - text.lastIndexOf('\n', end - 1));
    }
}
