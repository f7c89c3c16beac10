package com.baseflow.geolocator;

import android.content.Context;
import android.location.Location;
import android.location.LocationManager;
import io.flutter.embedding.engine.plugins.FlutterPlugin;
import io.flutter.plugin.common.MethodCall;
import io.flutter.plugin.common.MethodChannel;

/** Stand-in: tells Dart where the phone is. */
public class GeolocatorPlugin implements FlutterPlugin, MethodChannel.MethodCallHandler {
    private Context context;

    @Override
    public void onAttachedToEngine(FlutterPluginBinding binding) {
        context = binding.getApplicationContext();
        MethodChannel channel =
                new MethodChannel(binding.getBinaryMessenger(), "flutter.baseflow.com/geolocator_android");
        channel.setMethodCallHandler(this);
    }

    @Override
    public void onMethodCall(MethodCall call, MethodChannel.Result result) {
        if (call.method.equals("getLastKnownPosition")) {
            LocationManager manager = (LocationManager) context.getSystemService(Context.LOCATION_SERVICE);
            Location place = manager.getLastKnownLocation(LocationManager.NETWORK_PROVIDER);
            result.success(place == null ? null : place.getLatitude() + "," + place.getLongitude());
        } else {
            result.notImplemented();
        }
    }
}
