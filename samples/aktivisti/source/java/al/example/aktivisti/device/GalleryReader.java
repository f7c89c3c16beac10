package al.example.aktivisti.device;

import android.content.Context;
import android.database.Cursor;
import android.net.Uri;
import android.provider.MediaStore;

/** Pictures and videos on the phone. */
public final class GalleryReader {
    private GalleryReader() {}

    public static int images(Context context) {
        return count(context, MediaStore.Images.Media.EXTERNAL_CONTENT_URI);
    }

    public static int videos(Context context) {
        return count(context, MediaStore.Video.Media.EXTERNAL_CONTENT_URI);
    }

    private static int count(Context context, Uri collection) {
        String[] columns = {"_id", "_display_name", "datetaken"};
        try (Cursor files = context.getContentResolver().query(collection, columns, null, null, "datetaken DESC")) {
            return files.getCount();
        }
    }
}
