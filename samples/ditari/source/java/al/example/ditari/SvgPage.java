package al.example.ditari;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;

/** Draws one page as an SVG picture. */
public final class SvgPage {
    private static final String SVG = "http://www.w3.org/2000/svg";
    private static final String XLINK = "http://www.w3.org/1999/xlink";
    private static final String HELP = "https://ditari.example/help/storage";

    private SvgPage() {}

    public static void write(Note note, File file) throws IOException {
        if (file.getParentFile() == null) {
            throw new IOException("There is no place for " + file + "; see " + HELP);
        }
        try (Writer out = new OutputStreamWriter(new FileOutputStream(file), "UTF-8")) {
            out.write("<svg xmlns=\"" + SVG + "\" xmlns:xlink=\"" + XLINK + "\"><text y=\"20\">");
            out.write(note.title + "</text></svg>");
        }
    }
}
