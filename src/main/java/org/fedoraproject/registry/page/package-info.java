/**
 * The pages for people at {@code /} and below {@code /r/}, and what all pages share: their frame, style sheets, scripts
 * and formats. Templates are in {@code src/main/jte/page}; the build makes a class of each, such as {@code
 * JtelayoutGenerated}. May use {@code oci}, {@code index}, {@code repository}, {@code edge}, {@code http}, {@code
 * policy} and {@code config}. Start reading with {@link org.fedoraproject.registry.page.Html} and {@code layout.jte}.
 */
package org.fedoraproject.registry.page;
