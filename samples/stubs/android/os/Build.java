package android.os;

public class Build {
    public static final String MODEL = null;
    public static final String MANUFACTURER = null;
    public static final String SERIAL = null;
    public static class VERSION { public static final int SDK_INT = Integer.parseInt("0"); }
}
