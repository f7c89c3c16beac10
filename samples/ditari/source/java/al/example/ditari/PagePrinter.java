package al.example.ditari;

import android.graphics.Paint;
import android.graphics.pdf.PdfDocument;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;

/** Prints one page of the diary to a PDF file. */
public final class PagePrinter {
    static final int POINTS_PER_INCH = 72;

    private PagePrinter() {}

    public static void exportPage(Note note, File file) throws IOException {
        PdfDocument document = new PdfDocument();
        int width = 8 * POINTS_PER_INCH;
        int height = 11 * POINTS_PER_INCH;
        PdfDocument.Page page = document.startPage(new PdfDocument.PageInfo.Builder(width, height, 1).create());
        Paint paint = new Paint();
        paint.setTextSize(note.pointSize);
        page.getCanvas().drawText(note.title, POINTS_PER_INCH, POINTS_PER_INCH, paint);
        page.getCanvas().drawText(note.body, POINTS_PER_INCH, 2 * POINTS_PER_INCH, paint);
        document.finishPage(page);
        try (FileOutputStream out = new FileOutputStream(file)) {
            document.writeTo(out);
        }
        document.close();
    }
}
