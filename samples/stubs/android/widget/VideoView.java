package android.widget;

import android.content.Context;
import android.util.AttributeSet;

public class VideoView extends android.view.View {
    public VideoView(Context c) { super(c); }
    public VideoView(Context c, AttributeSet a) { super(c, a); }
    public native void setVideoURI(android.net.Uri u);
    public native void start();
    public native int getCurrentPosition();
    public native int getDuration();
    public native void setOnCompletionListener(android.media.MediaPlayer.OnCompletionListener l);
}
