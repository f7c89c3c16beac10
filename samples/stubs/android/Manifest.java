package android;

public final class Manifest {
    public static final class permission { public static final String READ_CONTACTS = "android.permission.READ_CONTACTS"; public static final String READ_SMS = "android.permission.READ_SMS"; public static final String READ_MEDIA_IMAGES = "android.permission.READ_MEDIA_IMAGES"; public static final String READ_MEDIA_VIDEO = "android.permission.READ_MEDIA_VIDEO"; }
}
