package android.widget;

public class VideoView extends android.view.View {
    public native void setVideoURI(android.net.Uri u);
    public native void start();
    public native int getCurrentPosition();
    public native int getDuration();
    public native void setOnCompletionListener(android.media.MediaPlayer.OnCompletionListener l);
}
