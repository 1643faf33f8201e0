package io.gatehouse.filters;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.filter.FilterFactory;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every filter has a page that names all of its settings, and a line in the list. */
class FilterPagesTest {
    private static final Path FOLDER = Path.of("..", "docs", "filters");

    static Stream<FilterFactory<?>> filters() {
        return BuiltInFilters.factories().stream();
    }

    @ParameterizedTest
    @MethodSource("filters")
    void pageNamesEverySetting(FilterFactory<?> filter) throws IOException {
        var page = Files.readString(FOLDER.resolve(filter.name() + ".md"));

        assertThat(page).startsWith("# `" + filter.name() + "`\n");
        for (var key : keys(filter.configType(), new TreeSet<>())) {
            assertThat(page).as("setting `%s`", key).containsPattern("[`{ ]" + Pattern.quote(key) + "[`:,}]");
        }
    }

    /** The settings of a record and of the records in it. */
    private static Set<String> keys(Class<?> type, Set<String> found) {
        for (var component : type.getRecordComponents()) {
            found.add(component.getName());
            types(component)
                    .filter(inner -> inner.isRecord() && inner.getName().startsWith("io.gatehouse.filters."))
                    .forEach(inner -> keys(inner, found));
        }
        return found;
    }

    private static Stream<Class<?>> types(RecordComponent component) {
        var generic = component.getGenericType() instanceof ParameterizedType parameterized
                ? Stream.of(parameterized.getActualTypeArguments())
                : Stream.<Type>empty();
        return Stream.concat(Stream.of(component.getType()), generic)
                .filter(Class.class::isInstance)
                .map(type -> (Class<?>) type);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void pageNamesEveryChoice(FilterFactory<?> filter) throws IOException {
        var page = Files.readString(FOLDER.resolve(filter.name() + ".md")).toLowerCase(Locale.ROOT);

        for (var component : filter.configType().getRecordComponents()) {
            types(component)
                    .filter(Class::isEnum)
                    .flatMap(type -> Stream.of(type.getEnumConstants()))
                    .forEach(choice -> assertThat(page)
                            .contains(choice.toString().toLowerCase(Locale.ROOT).replace('_', '-')));
        }
    }

    @ParameterizedTest
    @MethodSource("filters")
    void listHasALine(FilterFactory<?> filter) throws IOException {
        assertThat(Files.readString(FOLDER.resolve("README.md")))
                .contains("| [`" + filter.name() + "`](" + filter.name() + ".md) |");
    }

    @Test
    void everyPageIsAFilters() throws IOException {
        try (var files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".md", "")))
                    .containsAll(filters().map(FilterFactory::name).toList())
                    .allMatch(page -> page.equals("README")
                            || page.equals("audit")
                            || filters().anyMatch(filter -> filter.name().equals(page)));
        }
    }
}
