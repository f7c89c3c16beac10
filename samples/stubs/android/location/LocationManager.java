package android.location;

public class LocationManager {
    public static final String GPS_PROVIDER = "gps";
    public static final String NETWORK_PROVIDER = "network";
    public native void requestLocationUpdates(String p, long ms, float m, LocationListener l);
    public native Location getLastKnownLocation(String p);
    public native void removeUpdates(LocationListener l);
}
