package al.example.ditari;

import android.app.Activity;
import android.content.ClipData;
import android.content.ClipboardManager;
import android.content.Intent;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import android.view.View;
import android.widget.CheckBox;
import android.widget.EditText;
import com.google.firebase.analytics.FirebaseAnalytics;
import com.google.firebase.crashlytics.FirebaseCrashlytics;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;

/** Writes one page. */
public class NoteActivity extends Activity {
    private final Handler autosave = new Handler(Looper.getMainLooper());
    private final Runnable draft = this::keepDraft;

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_note);
        findViewById(R.id.note_save).setOnClickListener(view -> save());
        findViewById(R.id.note_export_pdf).setOnClickListener(view -> print());
        findViewById(R.id.share_page).setOnClickListener(view -> sharePage());
        autosave.postDelayed(draft, 30000);
    }

    private void keepDraft() {
        getSharedPreferences("draft", MODE_PRIVATE).edit().putString("body", written().body).apply();
        autosave.postDelayed(draft, 30000);
    }

    /** Named in the layout. */
    public void copyPage(View view) {
        ClipboardManager clipboard = (ClipboardManager) getSystemService(CLIPBOARD_SERVICE);
        clipboard.setPrimaryClip(ClipData.newPlainText(getString(R.string.app_name), written().body));
    }

    /** Named in the layout. */
    public void drawPage(View view) {
        try {
            SvgPage.write(written(), new File(getFilesDir(), "page.svg"));
        } catch (IOException problem) {
            FirebaseCrashlytics.getInstance().recordException(problem);
        }
    }

    private void save() {
        try {
            Note note = written();
            new Notebook(getFilesDir()).save(note);
            new NoteIndex(this).add(note.title);
            Bundle values = new Bundle();
            values.putLong("length", note.body.length());
            FirebaseAnalytics.getInstance(this).logEvent("note_saved", values);
            autosave.removeCallbacks(draft);
            finish();
        } catch (IOException problem) {
            FirebaseCrashlytics.getInstance().recordException(problem);
        }
    }

    private void print() {
        try {
            PagePrinter.exportPage(written(), new File(getFilesDir(), "page.pdf"));
        } catch (IOException problem) {
            FirebaseCrashlytics.getInstance().recordException(problem);
        }
    }

    private void sharePage() {
        Intent send = new Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, written().body);
        startActivity(Intent.createChooser(send, getString(R.string.share_page)));
    }

    private Note written() {
        Note note = new Note();
        note.title = typed(R.id.note_title);
        note.body = typed(R.id.note_body);
        note.tags.addAll(Arrays.asList(typed(R.id.note_tags).split(",")));
        note.pointsOfInterest.addAll(Arrays.asList(typed(R.id.points_of_interest).split(",")));
        CheckBox likeFont = findViewById(R.id.like_font);
        note.likeFont = likeFont.isChecked();
        note.pointSize = note.likeFont ? 14 : 12;
        return note;
    }

    private String typed(int field) {
        EditText text = findViewById(field);
        return text.getText().toString();
    }
}
