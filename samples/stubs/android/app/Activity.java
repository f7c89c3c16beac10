package android.app;

import android.content.Context;
import android.content.Intent;

public class Activity extends Context {
    public void onCreate(android.os.Bundle s) {}
    protected void onResume() {}
    protected void onPause() {}
    protected void onDestroy() {}
    protected void onActivityResult(int code, int result, Intent data) {}
    public native void setContentView(int layout);
    public native void setContentView(android.view.View v);
    public native <T extends android.view.View> T findViewById(int id);
    public native Intent getIntent();
    public native void startActivity(Intent i);
    public native void startActivityForResult(Intent i, int code);
    public native void finish();
    public final native void requestPermissions(String[] names, int code);
    public void onRequestPermissionsResult(int code, String[] names, int[] results) {}
    public native void runOnUiThread(Runnable r);
    public native Application getApplication();
}
