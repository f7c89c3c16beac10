package android.media;

public class MediaPlayer {
    public interface OnCompletionListener { void onCompletion(MediaPlayer p); }
}
