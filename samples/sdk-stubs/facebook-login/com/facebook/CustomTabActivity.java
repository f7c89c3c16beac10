package com.facebook;

import android.app.Activity;

/** Stand-in: comes back from the browser. */
public class CustomTabActivity extends Activity {}
