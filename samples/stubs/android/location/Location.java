package android.location;

public class Location {
    public native double getLatitude();
    public native double getLongitude();
    public native float getAccuracy();
}
