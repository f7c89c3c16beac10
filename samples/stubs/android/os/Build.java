package android.os;

public class Build {
    public static final String MODEL = null;
    public static final String MANUFACTURER = null;
}
