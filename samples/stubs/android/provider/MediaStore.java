package android.provider;

public class MediaStore {
    public static final String ACTION_IMAGE_CAPTURE = "android.media.action.IMAGE_CAPTURE";
    public static final class Images { public static final class Media { public static final android.net.Uri EXTERNAL_CONTENT_URI = null; } }
    public static final class Video { public static final class Media { public static final android.net.Uri EXTERNAL_CONTENT_URI = null; } }
}
