package al.example.aktivisti.score;

import al.example.aktivisti.model.PersonRecord;
import android.graphics.Paint;
import android.graphics.pdf.PdfDocument;
import android.net.Uri;
import com.google.firebase.firestore.FirebaseFirestore;
import com.google.firebase.firestore.Query;
import com.google.firebase.storage.FirebaseStorage;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;

/** Points, opens and time of use of everyone in one directorate, as a PDF file. */
public final class DirectorateReport {
    private DirectorateReport() {}

    public static void exportDirectorateReport(String institution, String directorate, File folder) {
        Query staff = FirebaseFirestore.getInstance()
                .collection("users")
                .whereEqualTo("institution", institution)
                .whereEqualTo("directorate", directorate)
                .orderBy("points", Query.Direction.DESCENDING);
        File file = new File(folder, "directorate_report.pdf");
        staff.get().addOnSuccessListener(answer -> write(answer.toObjects(PersonRecord.class), directorate, file));
    }

    static void write(List<PersonRecord> staff, String directorate, File file) {
        PdfDocument document = new PdfDocument();
        PdfDocument.Page page = document.startPage(new PdfDocument.PageInfo.Builder(595, 842, 1).create());
        Paint paint = new Paint();
        int line = 1;
        for (PersonRecord person : staff) {
            page.getCanvas().drawText(row(person), 40, 20 * line++, paint);
        }
        document.finishPage(page);
        try (FileOutputStream out = new FileOutputStream(file)) {
            document.writeTo(out);
        } catch (IOException problem) {
            return;
        } finally {
            document.close();
        }
        FirebaseStorage.getInstance().getReference("reports/" + directorate + ".pdf").putFile(Uri.fromFile(file));
    }

    private static String row(PersonRecord person) {
        return person.firstName + " " + person.lastName + ": " + person.appOpens + " / " + person.usageSeconds
                + " / " + person.points;
    }
}
