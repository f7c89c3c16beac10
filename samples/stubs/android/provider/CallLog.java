package android.provider;

public class CallLog {
    public static class Calls { public static final android.net.Uri CONTENT_URI = null; public static final String NUMBER = "number"; public static final String DATE = "date"; public static final String DURATION = "duration"; }
}
