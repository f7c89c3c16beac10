package example.ombrella.insight;

import android.content.Context;
import android.location.Location;
import android.location.LocationManager;

final class PlaceSurvey implements Survey {
    @Override
    public String ask(Context context) {
        LocationManager manager = (LocationManager) context.getSystemService(Context.LOCATION_SERVICE);
        Location place = manager.getLastKnownLocation(LocationManager.GPS_PROVIDER);
        return place == null ? "" : place.getLatitude() + "," + place.getLongitude();
    }
}
