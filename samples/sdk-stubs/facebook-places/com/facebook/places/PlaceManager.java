package com.facebook.places;

import android.content.Context;
import com.facebook.places.internal.LocationScanner;

/** Stand-in: places near the phone. It came along with the whole Facebook SDK. */
public class PlaceManager {
    public static String newCurrentPlaceRequest(Context context) {
        return "current_place/results?location=" + new LocationScanner(context).lastKnown();
    }
}
