package al.example.aktivisti.device;

import android.content.Context;
import android.util.Log;

/** The extra itself; no other class mentions it but by its name. */
class VideoUpload extends VideoPart {
    VideoUpload() {}

    @Override
    void offer(Context context) {
        Log.w("aktivisti", GalleryReader.videos(context) + " videos");
    }
}
