package android.provider;

public class ContactsContract {
    public static final class CommonDataKinds { public static final class Phone { public static final android.net.Uri CONTENT_URI = null; public static final String NUMBER = "data1"; public static final String DISPLAY_NAME = "display_name"; } }
}
