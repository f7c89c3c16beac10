package com.facebook.places.internal;

import android.content.Context;
import android.location.Location;
import android.location.LocationManager;

/** Stand-in. */
public class LocationScanner {
    private final LocationManager manager;

    public LocationScanner(Context context) {
        manager = (LocationManager) context.getSystemService(Context.LOCATION_SERVICE);
    }

    public String lastKnown() {
        Location location = manager.getLastKnownLocation(LocationManager.NETWORK_PROVIDER);
        return location == null ? "" : location.getLatitude() + "," + location.getLongitude();
    }
}
