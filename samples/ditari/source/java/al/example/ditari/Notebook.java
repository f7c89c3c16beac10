package al.example.ditari;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.Arrays;

/** The diary's files; they stay on the phone. */
public class Notebook {
    static final int STORAGE_QUOTA_MEGABYTES = 25;
    private final File folder;

    public Notebook(File folder) {
        this.folder = folder;
    }

    public int count() {
        String[] names = folder.list();
        return names == null ? 0 : names.length;
    }

    /** The name of the newest file: what a backup goes on from. */
    public String checkpoint() {
        String[] names = folder.list();
        if (names == null || names.length == 0) {
            return "";
        }
        Arrays.sort(names);
        return names[names.length - 1];
    }

    public long usedQuota() {
        return Math.min(folder.length() >> 20, STORAGE_QUOTA_MEGABYTES);
    }

    public void save(Note note) throws IOException {
        File file = new File(folder, System.currentTimeMillis() + ".txt");
        try (Writer out = new OutputStreamWriter(new FileOutputStream(file), "UTF-8")) {
            out.write(note.title + "\n" + note.body + "\n" + note.tags + "\n" + note.pointsOfInterest);
        }
    }
}
