package io.gatehouse.policy.condition;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import java.util.List;

/** The CEL that conditions are written in: its variables, its macros and its bounds. */
final class CelLanguage {
    static final int MAX_LENGTH = 4_096;

    /** Of the syntax tree; CEL's own limit on nested parentheses is of the same order. */
    static final int MAX_DEPTH = 64;

    /** Of all comprehensions of one evaluation together. */
    static final int MAX_ITERATIONS = 1_000;

    /** Instructions of a compiled regular expression. */
    static final int MAX_REGEX_PROGRAM = 2_000;

    static final Cel CEL = environment();

    private CelLanguage() {}

    private static Cel environment() {
        var builder = CelFactory.plannerCelBuilder()
                .setOptions(CelOptions.current()
                        .maxExpressionCodePointSize(MAX_LENGTH)
                        .maxParseRecursionDepth(MAX_DEPTH)
                        .maxParseExpressionNodeCount(MAX_LENGTH)
                        .enableHeterogeneousNumericComparisons(true)
                        .comprehensionMaxIterations(MAX_ITERATIONS)
                        .maxRegexProgramSize(MAX_REGEX_PROGRAM)
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setResultType(SimpleType.BOOL);
        for (var variable : Facts.Variable.values()) {
            builder.addVar(variable.word(), MapType.create(SimpleType.STRING, SimpleType.DYN));
        }
        return builder.build();
    }

    /** Parses and type-checks, then applies {@link Rules}. */
    static CelAbstractSyntaxTree check(String source) throws InvalidConditionException {
        if (source.length() > MAX_LENGTH) {
            throw new InvalidConditionException(
                    List.of("expected at most " + MAX_LENGTH + " characters, got " + source.length()));
        }
        var ast = parse(source);
        var problems = new Rules(ast).problems();
        if (!problems.isEmpty()) {
            throw new InvalidConditionException(problems);
        }
        return ast;
    }

    private static CelAbstractSyntaxTree parse(String source) throws InvalidConditionException {
        try {
            return CEL.compile(source).getAst();
        } catch (CelValidationException e) {
            throw new InvalidConditionException(e.getErrors().stream()
                    .map(issue -> issue.getSourceLocation().getLine() + ":"
                            + (issue.getSourceLocation().getColumn() + 1) + ": " + firstLine(issue.getMessage()))
                    .toList());
        } catch (StackOverflowError e) {
            throw new InvalidConditionException(List.of("nested too deeply"));
        }
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("not understood");
    }
}
