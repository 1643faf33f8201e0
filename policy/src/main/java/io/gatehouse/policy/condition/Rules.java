package io.gatehouse.policy.condition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * What conditions may not say although it is CEL. A variable is read by constant names only: attributes cannot be listed, and
 * one that is named can be found at load. A regular expression is a literal: it is compiled and bounded once.
 */
final class Rules {
    private final CelAbstractSyntaxTree ast;
    private final List<String> problems = new ArrayList<>();

    Rules(CelAbstractSyntaxTree ast) {
        this.ast = ast;
        visit(ast.getExpr(), 1);
    }

    List<String> problems() {
        return problems;
    }

    private void visit(CelExpr expr, int depth) {
        if (depth > CelLanguage.MAX_DEPTH) {
            problem(expr, "expected at most " + CelLanguage.MAX_DEPTH + " nested operations");
            return;
        }
        switch (expr.getKind()) {
            case STRUCT -> problem(expr, "messages are not available");
            case CALL -> call(expr);
            case COMPREHENSION -> comprehension(expr);
            case IDENT -> variable(expr);
            case CONSTANT, SELECT, LIST, MAP, NOT_SET -> {}
        }
        boolean read = Syntax.Read.of(expr) != null;
        for (var child : Syntax.children(expr)) {
            if (!read || child.getKind() != Kind.IDENT) {
                visit(child, depth + 1);
            }
        }
    }

    private void variable(CelExpr expr) {
        var variable = Syntax.variable(expr);
        if (variable != null) {
            problem(expr, "`" + variable.word() + "` can only be read as `" + variable.word() + ".NAME`");
        }
    }

    private void comprehension(CelExpr expr) {
        var c = expr.comprehension();
        for (var variable : Facts.Variable.values()) {
            if (c.iterVar().equals(variable.word()) || c.iterVar2().equals(variable.word())) {
                problem(expr, "`" + variable.word() + "` names a variable of its own already");
            }
        }
    }

    private void call(CelExpr expr) {
        if (!expr.call().function().equals("matches")) {
            return;
        }
        var pattern = Syntax.text(Syntax.operands(expr).getLast());
        if (pattern == null) {
            problem(expr, "`matches` takes a literal pattern only");
            return;
        }
        try {
            if (Pattern.compile(pattern).programSize() > CelLanguage.MAX_REGEX_PROGRAM) {
                problem(expr, "the pattern of `matches` is too large");
            }
        } catch (PatternSyntaxException e) {
            problem(expr, "the pattern of `matches` is not a regular expression (RE2): " + e.getDescription());
        }
    }

    private void problem(CelExpr expr, String text) {
        problems.add(Syntax.position(ast, expr) + ": " + text);
    }
}
