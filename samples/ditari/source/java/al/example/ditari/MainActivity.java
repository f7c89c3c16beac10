package al.example.ditari;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.provider.Settings;
import android.widget.TextView;

/** The list of notes. */
public class MainActivity extends Activity {
    private Notebook notebook;
    private int badgeCount;

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_main);
        notebook = new Notebook(getFilesDir());
        findViewById(R.id.note_new).setOnClickListener(view -> startActivity(new Intent(this, NoteActivity.class)));
        findViewById(R.id.open_profile).setOnClickListener(
                view -> startActivity(new Intent(this, ProfileActivity.class)));
    }

    @Override
    protected void onResume() {
        super.onResume();
        badgeCount = notebook.count();
        say(R.id.badge_count, getString(R.string.badge_count, badgeCount));
        say(R.id.note_count, getString(R.string.note_count, new NoteIndex(this).count()));
        findViewById(R.id.first_hint).setVisibility(hintsWanted() ? 0 : 8);
        say(R.id.backup_checkpoint, getString(R.string.backup_checkpoint, notebook.checkpoint()));
        say(R.id.storage_quota, getString(R.string.storage_quota, notebook.usedQuota()));
    }

    /** A setting of the phone that says nothing about its owner. */
    private boolean hintsWanted() {
        return !"1".equals(Settings.Secure.getString(getContentResolver(), "skip_first_use_hints"));
    }

    private void say(int field, String text) {
        TextView view = findViewById(field);
        view.setText(text);
    }
}
